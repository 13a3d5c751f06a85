from django.db import migrations


def fill(apps, schema_editor):
    """Indicators that came by an import had no perimeter: take that of what they measure."""
    get = lambda name: apps.get_model("programme", name).objects  # noqa: E731
    for row in get("IndicateurSuivi").filter(themes=[], territoires=[]):
        slot = get("Declinaison").filter(cle=row.objet).first()
        objective = get("ObjectifPrioritaire").filter(cle=row.objet).first()
        sheet = get("FicheAction").filter(cle=row.objet).first()
        theme = slot.theme if slot else objective.fiche if objective else sheet.theme if sheet else None
        if theme is not None:
            row.themes = [theme]
            row.territoires = [f"arrondissement:{slot.arrondissement}"] if slot else []
            row.save(update_fields=["themes", "territoires"])


class Migration(migrations.Migration):

    dependencies = [("programme", "0004_suivi_a_part")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
