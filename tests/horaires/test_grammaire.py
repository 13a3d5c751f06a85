"""Hours of the specification (opening_hours 0.7.2), by hand, over four weeks from Monday 1 February 2027.

Each row: a text, hours a week that are sure, hours a week that are possible (sure ones included).
"""

from datetime import datetime

import pytest

from maillage.horaires.heures import SLOT_MIN
from maillage.horaires.jours import DAYS, reference_start
from maillage.horaires.regles import HoraireIllisible
from maillage.horaires.semaine import is_readable, read_week

TOUT = 168

SIMPLES = [
    ("24/7", TOUT, TOUT),
    ("open", TOUT, TOUT),
    ("off", 0, 0),
    ("closed", 0, 0),
    ("24/7 off", 0, 0),
    ("unknown", 0, TOUT),
    ("09:00-12:00", 21, 21),
    ("Mo-Fr 09:00-12:00,13:30-17:00", 32.5, 32.5),
    ("Mo,We,Fr 09:00-12:00", 9, 9),
    ("Fr-Mo 09:00-12:00", 12, 12),
    ("Mo-We,Sa 09:00-12:00", 12, 12),
    ("Mo-Fr 00:00-24:00", 120, 120),
    ("Mo-Fr open", 120, 120),
    ("Mo-Fr 09:00-12:00 off", 0, 0),
]
# A comment without a word makes the state unknown; with "open" it only explains.
COMMENTAIRES = [
    ('"sur rendez-vous"', 0, TOUT),
    ('24/7 "gardien"', 0, TOUT),
    ('Mo-Fr "sur rendez-vous"', 0, 120),
    ('Mo-Fr 09:00-12:00 "sur rendez-vous"', 0, 15),
    ('Mo-Fr 09:00-12:00 unknown "sur rendez-vous"', 0, 15),
    ('Mo-Fr 09:00-12:00 open "sonnez"', 15, 15),
    ('Mo-Fr 09:00-12:00 closed "travaux"', 0, 0),
    ('Mo-Fr 09:00-12:00; "sur rendez-vous"', 0, TOUT),
    ('Mo-Fr 09:00-12:00, Sa 10:00-12:00 "sur rendez-vous"', 15, 17),
    ('Mo 09:00-12:00 "a; b, c || d", Tu 10:00-11:00', 1, 4),
    ('"en été": Mo 09:00-12:00', 0, 3),
    ('Mo 09:00-17:00; "en été" Mo 08:00-12:00', 3, 9),
    ('Mo 09:00-12:00; "en été" off', 0, 3),
]
# || holds where everything before is closed, and does not settle what is unknown.
REPLIS = [
    ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', 15, TOUT),
    ("Mo-Fr 09:00-12:00 || unknown", 15, TOUT),
    ("Mo-Fr 09:00-12:00 || Sa 10:00-12:00 unknown", 15, 17),
    ("Mo-Fr 09:00-12:00 || Sa 10:00-12:00 || unknown", 17, TOUT),
    ("Mo-Fr 08:00-12:00 || 11:00-15:00 unknown", 20, 20 + 5 * 3 + 2 * 4),
    ("Mo-Fr 09:00-12:00; Mo unknown || open", 144, TOUT),
    ("Mo-Fr 09:00-12:00; We off || We 10:00-11:00", 13, 13),
    ('Mo-Fr 09:00-12:00||"sur rendez-vous"', 15, TOUT),
]
# Days alone say neither an hour nor a state: possible, never sure.
SANS_HEURE = [
    ("Mo-Fr", 0, 120),
    ("Mo-Fr 09:00-12:00; Sa", 15, 39),
    ("Feb", 0, TOUT),
    ("PH", 0, 0),
]
# Neither public nor school holidays in the reference period: "," is or, a space is and.
FETES = [
    ("Mo-Fr 09:00-12:00; PH off", 15, 15),
    ("Mo-Fr 09:00-12:00; PH Mo-Fr off", 15, 15),
    ("Mo-Fr 09:00-12:00; SH Mo-Sa off", 15, 15),
    ("Mo-Fr 09:00-12:00; PH,SH off", 15, 15),
    ("Mo-Fr 09:00-12:00; PH,We off", 12, 12),
    ("Mo-Fr 09:00-12:00; We,SH off", 12, 12),
    ("Mo-Fr 09:00-12:00; PH -1 day off", 15, 15),
    ("Mo-Fr 09:00-12:00; PH,We 10:00-11:00", 13, 13),
    ("Mo-Fr 16:30-18:30; SH Mo-We 10:00-12:00", 10, 10),
    ("SH Mo-Fr 14:00-16:00", 0, 0),
    ("SH,PH 14:00-16:00", 0, 0),
    ("PH,SH Mo-Fr 14:00-16:00", 0, 0),
    ("Mo-Fr,PH 09:00-12:00", 15, 15),
    ("PH,Mo-Fr 09:00-12:00", 15, 15),
    ("Mo-Fr,SH,Sa 09:00-12:00", 18, 18),
    ('Mo-Fr 09:00-12:00; SH Mo-Fr 10:00-11:00 || "sur rendez-vous"', 15, TOUT),
    ("ph off; Mo-Fr 09:00-12:00", 15, 15),
]
# "10:00+": open at ten, until nobody says when: midnight, or ten hours (from 17:00), eight (from 22:00).
FINS_NON_DITES = [
    ("Mo 10:00+", 0, 14),
    ("Mo 10:00-12:00+", 2, 14),
    ("Mo 17:00+", 0, 10),
    ("Mo 22:00+", 0, 8),
    ("Mo 07:00+,12:00-16:00", 4, 9),
    ("Mo 08:00-18:00, Mo 10:00+", 10, 16),
    ("Mo 08:00-18:00; Mo 12:00+ off", 4, 10),
]
# ";" replaces the whole day, night before included; "," adds; "off" only takes away.
REGLES = [
    ("Mo-Fr 09:00-12:00; We 14:00-18:00", 16, 16),
    ("Mo-Fr 09:00-12:00, We 14:00-18:00", 19, 19),
    ("Mo-Fr 09:00-12:00,We 14:00-18:00", 19, 19),
    ("Mo-Fr 09:00-12:00, 14:00-18:00", 35, 35),
    ("Mo-Fr 09:00-12:00; 14:00-18:00", 28, 28),
    ("Mo-Fr 09:00-12:00; We off", 12, 12),
    ("Mo-Fr 09:00-12:00, We off", 12, 12),
    ("We off; Mo-Fr 09:00-12:00", 15, 15),
    ("Mo-Fr 09:00-18:00; We 12:00-14:00 off", 43, 43),
    ("Mo-Fr 09:00-18:00; 12:00-14:00 off", 35, 35),
    ("24/7; Su 10:00-12:00", 146, 146),
    ("Mo-Fr 09:00-12:00; We 14:00-18:00 unknown", 12, 16),
    ("Mo 09:00-12:00, Mo 10:00-11:00 unknown", 2, 3),
    ("Mo 09:00-12:00 unknown, Mo 10:00-11:00", 1, 3),
    ("Mo 09:00-12:00 off, 14:00-15:00", 7, 7),
]
NUITS = [
    ("Mo 22:00-02:00", 4, 4),
    ("Mo 22:00-26:00", 4, 4),
    ("Su 22:00-02:00", 4, 4),
    ("Mo 22:00-48:00", 26, 26),
    ("Mo 10:00-10:00", 24, 24),
    ("Mo 22:00-02:00, Tu 10:00-12:00", 6, 6),
    ("Mo 22:00-02:00; Tu 10:00-12:00", 4, 4),
    ("Mo 22:00-02:00; Tu off", 2, 2),
]
# Four Mondays: 1, 8, 15 and 22 February 2027, in weeks 5 to 8 (Easter is on 28 March).
DATES = [
    ("Mo[1] 09:00-12:00", 0.75, 0.75),
    ("Mo[-1] 09:00-12:00", 0.75, 0.75),
    ("Mo[1,3] 09:00-12:00", 1.5, 1.5),
    ("Mo[2-4] 09:00-12:00", 2.25, 2.25),
    ("Mo[5] 09:00-12:00", 0, 0),
    ("Sa[1,3],Su 09:00-12:00", 4.5, 4.5),
    ("Feb,Mar Sa[1] 10:00-12:00", 0.5, 0.5),
    ("Jan-Jun,Sep-Dec Sa[1,3] 09:00-13:00", 2, 2),
    ("Mo[1] +2 days 09:00-12:00", 0.75, 0.75),
    ("week 5 Mo 09:00-12:00", 0.75, 0.75),
    ("week 01-53/2 Mo 09:00-12:00", 1.5, 1.5),
    ("week 05-06: Mo 09:00-12:00", 1.5, 1.5),
    ("Mo-Fr 09:00-12:00; week 7 off", 11.25, 11.25),
    ("Feb Mo 09:00-12:00", 3, 3),
    ("Nov-Mar Mo 09:00-12:00", 3, 3),
    ("Apr-Oct Mo 09:00-12:00", 0, 0),
    ("Apr-Sep 09:00-18:00; Oct-Mar 10:00-16:00", 42, 42),
    ("Jan 20-Feb 10 Mo 09:00-12:00", 1.5, 1.5),
    ("Feb 02 09:00-12:00", 0.75, 0.75),
    ("Feb 02-05 09:00-12:00", 3, 3),
    ("Mo-Fr 09:00-12:00; Feb 08-14 off", 11.25, 11.25),
    ("Mo-Fr 09:00-12:00; Dec 25-Jan 01 off", 15, 15),
    ("2026 Mo 09:00-12:00", 0, 0),
    ("2026-2028 Mo 09:00-12:00", 3, 3),
    ("2026+ 09:00-12:00", 21, 21),
    ("2027 Feb 01-2027 Feb 07 09:00-12:00", 5.25, 5.25),
    ("Mo-Fr 09:00-12:00; easter off", 15, 15),
    ("easter -2 days 09:00-12:00", 0, 0),
]
TYPOGRAPHIE = [
    ("Mo-Fr 9:00-12:00", 15, 15),
    ("Mo - Fr 09:00 - 12:00", 15, 15),
    ("Mo–Fr 09:00–12:00", 15, 15),
    ("Mo-Fr\u00a009:00\u202f-\u202f12:00", 15, 15),
    ("mo-fr 09:00-12:00; sa OFF", 15, 15),
    ("MO-FR 09:00-12:00", 15, 15),
    ("Mo-Fr: 09:00-12:00", 15, 15),
    ("Mo, Tu, Fr 09:00-12:00", 9, 9),
    ("Mo-Fr 09:00-12:00;Sa 10:00-11:00", 16, 16),
    (" ;Mo-Fr 09:00-12:00 ; ;", 15, 15),
    ("Mo-Fr09:00-12:00", 15, 15),
    ("Mo 09:00-12:00 14:00-18:00", 7, 7),
    ("Mo 9h30-12h00,14.00-16.30", 5, 5),
    ("Mo 09:00-12:00 « sur rendez-vous »", 0, 3),
    ("Mo 09:00-12:00 open “sonnez”", 3, 3),
]
# The sun of February, anywhere in France: rises between 5:50 and 8:50, sets between 17:20 and 19:05.
SOLEIL = [
    ("Mo 09:00-sunset", 8 + 20 / 60, 10 + 5 / 60),
    ("Mo sunrise-12:00", 3 + 10 / 60, 6 + 10 / 60),
    ("Mo sunrise-sunset", 8.5, 13.25),
    ("Mo (sunrise+01:00)-(sunset-01:00)", 6.5, 11.25),
    ("Mo sunset-sunrise", 10.75, 15.5),
    ("Mo sunrise-08:00", 0, 2 + 10 / 60),
    ("Mo 06:00-20:00; dusk-dawn off", 9 + 35 / 60, 13 + 35 / 60),
]
TABLE = [
    *SIMPLES,
    *COMMENTAIRES,
    *REPLIS,
    *SANS_HEURE,
    *FETES,
    *FINS_NON_DITES,
    *REGLES,
    *NUITS,
    *DATES,
    *TYPOGRAPHIE,
    *SOLEIL,
]


@pytest.mark.parametrize(("text", "sure", "possible"), TABLE)
def test_hours_are_those_of_the_specification(text, sure, possible):
    week = read_week(text)
    per_week = SLOT_MIN / 60 / (DAYS / 7)
    assert week.sur.sum() * per_week == pytest.approx(sure)
    assert week.possible.sum() * per_week == pytest.approx(possible)
    assert (week.possible >= week.sur).all()


@pytest.mark.parametrize(
    ("text", "moment", "state"),
    [
        ("Tu 22:00-02:00", "2027-02-02T21:55", (False, False)),
        ("Tu 22:00-02:00", "2027-02-02T22:00", (True, True)),
        ("Tu 22:00-02:00", "2027-02-03T01:55", (True, True)),
        ("Tu 22:00-02:00", "2027-02-03T02:00", (False, False)),
        ("Su 22:00-02:00", "2027-02-01T01:00", (True, True)),
        ("Mo 09:02-09:08", "2027-02-01T09:00", (False, False)),
        ("Mo 09:02-09:08", "2027-02-01T09:05", (True, True)),
        ('Mo 09:00-12:00 || "sur rendez-vous"', "2027-02-01T12:00", (False, True)),
        ("Mo 14:00-17:00+", "2027-02-01T17:00", (False, True)),
        ("Mo-Su 22:00-02:00; We off", "2027-02-03T01:00", (False, False)),
        ("Sa[-1] 09:00-12:00", "2027-02-27T09:00", (True, True)),
        ("Sa[-1] 09:00-12:00", "2027-02-20T09:00", (False, False)),
    ],
)
def test_states_at_a_moment(text, moment, state):
    slot = int((datetime.fromisoformat(moment) - reference_start()).total_seconds()) // 60 // SLOT_MIN
    week = read_week(text)
    assert (bool(week.sur[slot]), bool(week.possible[slot])) == state


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        ";",
        "lundi 9h-12h",
        "lundi matin",
        "sur rendez-vous",
        "Mo-Fr 9h-12h",
        "Mo-Fr 09:00",
        "Mo-Fr 09:00-12",
        "Mo 09:60-12:00",
        "Mo 25:00-26:00",
        "Mo 20:00-49:00",
        "Mo 10:00-16:00/01:30",
        "Mo 09:00-12:00 | Tu 09:00-12:00",
        'Mo 09:00-12:00 "non fermé',
        "Mo 09:00-12:00 24/7",
        "Mo 09:00-12:00 Tu 10:00-12:00",
        "Xx 09:00-12:00",
        "PH Xx off",
        "Mo 09:00-12:00; bientôt",
    ],
)
def test_what_is_no_rule_is_refused_not_guessed(text):
    assert not is_readable(text)
    with pytest.raises(HoraireIllisible):
        read_week(text)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Mo 09:00-12:00", True),
        ("off", True),
        ('Mo 09:00-12:00 || "sur rendez-vous"', True),
        ('"sur rendez-vous"', False),
        ("Mo-Fr", False),
        ("Mo unknown", False),
        ("SH Mo-Fr 14:00-16:00", True),
    ],
)
def test_known_is_to_say_something_for_sure(text, known):
    assert read_week(text).connue is known
