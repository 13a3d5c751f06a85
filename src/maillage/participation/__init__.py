"""What residents say: what does not work (signalements), what they answer (enquêtes); rules on values.

``identifiants`` finds what names a person in a text, ``ressemblance`` what says the same thing;
``signalements`` holds the journal of a signalement, ``pilotes`` who answers it by mandate, ``chiffres`` how
many in a year. No database, no file.
"""
