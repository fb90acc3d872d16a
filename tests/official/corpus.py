"""The corpus: official workbooks as different administrations might publish them, none like another, all invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from tests.official.invent import PART, Book, Col, Place

NATURE_A = {
    "leisure": "Loisirs et culture", "holiday": "Stages et activités de vacances", "travel": "Frais de déplacement",
    "ict": "Téléphone ou ordinateur", "media": "Médias et jeux", "courses": "Cours et formations",
    "fees": "Cotisations et indemnités", "tickets": "Tickets et chèques", "events": "Manifestations",
    "membership": "Affiliation et équipement nécessaire", "initiatives": "Initiatives par ou pour le public cible",
    "other": "Autre (à préciser)",
}  # fmt: skip
NATURE_B = {
    "module": "Animation du module", "external": "Prestataire externe", "material": "Matériel du module",
    "venue": "Location de salle", "travel": "Frais de déplacement", "courses": "Cours et formations",
    "ict": "Informatique", "other": "Divers",
}  # fmt: skip
NATURE_C = {
    "social_programme": "Programme social", "school_support": "Soutien scolaire", "psychological": "Soutien psychologique",
    "paramedical": "Aide paramédicale", "teaching_material": "Matériel pédagogique et jeux",
    "parents": "Soutien à la parentalité", "leisure": "Loisirs", "ict": "Téléphone ou ordinateur", "other": "Autre",
}  # fmt: skip
AARD_A = {
    "leisure": "Vrijetijdsbesteding", "holiday": "Vakantieactiviteiten", "travel": "Vervoerskosten",
    "ict": "Computer en telefoon", "media": "Media en spelen", "courses": "Cursussen en opleidingen",
    "fees": "Bijdragen en vergoedingen", "tickets": "Tickets en cheques", "events": "Evenementen",
    "membership": "Lidmaatschap en nodige uitrusting", "initiatives": "Initiatieven van de doelgroep", "other": "Andere",
}  # fmt: skip
AARD_B = {
    "module": "Begeleiding van de module", "external": "Externe dienstverlener", "material": "Materiaal voor de module",
    "venue": "Huur lokaal", "travel": "Vervoerskosten", "courses": "Opleidingen", "ict": "ICT", "other": "Varia",
}  # fmt: skip
AARD_C = {
    "social_programme": "Sociaal programma", "school_support": "Huiswerkbegeleiding",
    "psychological": "Psychologische begeleiding", "paramedical": "Paramedische hulp",
    "teaching_material": "Pedagogisch materiaal en spelen", "parents": "Opvoedingsondersteuning",
    "leisure": "Vrije tijd", "ict": "ICT", "other": "Andere",
}  # fmt: skip
ART_A = {
    "leisure": "Freizeit und Kultur", "holiday": "Ferienaktivitäten", "travel": "Fahrtkosten",
    "ict": "Telefon oder Computer", "media": "Medien und Spiele", "courses": "Kurse und Ausbildungen",
    "fees": "Beiträge und Entschädigungen", "tickets": "Eintrittskarten und Gutscheine", "events": "Veranstaltungen",
    "membership": "Mitgliedschaft und Ausrüstung", "initiatives": "Initiativen der Zielgruppe", "other": "Sonstiges",
}  # fmt: skip
ART_B = {
    "module": "Durchführung des Moduls", "external": "Externer Dienstleister", "material": "Material für das Modul",
    "venue": "Raummiete", "travel": "Fahrtkosten", "courses": "Kurse", "ict": "EDV", "other": "Sonstiges",
}  # fmt: skip
ART_C = {
    "social_programme": "Soziales Programm", "school_support": "Hausaufgabenhilfe",
    "psychological": "Psychologische Begleitung", "paramedical": "Paramedizinische Hilfe",
    "teaching_material": "Pädagogisches Material und Spiele", "parents": "Unterstützung der Eltern",
    "leisure": "Freizeit", "ict": "EDV", "other": "Sonstiges",
}  # fmt: skip
PARTS = {
    "volet_a": "A - Participation sociale",
    "volet_b": "B - Modules collectifs",
    "volet_c": "C - Pauvreté infantile",
}
LUIKEN = {"volet_a": "Luik A", "volet_b": "Luik B", "volet_c": "Luik C"}


def both(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """Return entries in two languages at once."""
    return {choice: f"{first[choice]} / {second[choice]}" for choice in first}


def french(nature: Mapping[str, str], **more: object) -> list[Col]:
    """Return the columns of a plain French table."""
    return [
        Col("N°", kind="counter"),
        Col("Date de la facture", "date", "date", example=dt.date(2025, 3, 14)),
        Col("N° de la pièce justificative", "document_number", example="F2025-0412"),
        Col("Fournisseur ou prestataire", "payee", example="ASBL Les Quatre Vents"),
        Col("Description de la dépense", "label", example="Stage d'été"),
        Col("Nature de la dépense", "nature", "list", nature, example=next(iter(nature.values()))),
        Col("Montant total TVAC", "total_amount", "amount", example=250.0),
        Col("Autres subsides", "other_subsidy", "amount", example=0.0),
        Col("Montant à charge de la subvention", "eligible_amount", "amount", example=250.0),
        Col("Remarques"),
    ]


def dutch(aard: Mapping[str, str]) -> list[Col]:
    """Return the columns of a plain Dutch table."""
    return [
        Col("Factuurdatum", "date", "date"),
        Col("Stuknummer boekhouding", "document_number"),
        Col("Begrotingsartikel", "article"),
        Col("Leverancier", "payee"),
        Col("Omschrijving van de uitgave", "label"),
        Col("INSZ cliënt", "niss", "niss", comment="Formaat: 85.07.30-033.28"),
        Col("Aard van de uitgave", "nature", "list", aard),
        Col("Totaal bedrag incl. btw", "total_amount", "amount"),
        Col("Bedrag gedekt door andere subsidie", "other_subsidy", "amount"),
        Col("Aantal deelnemers van de doelgroep", "participants_target", "count"),
        Col("Totaal aantal deelnemers", "participants_all", "count"),
        Col("Bedrag ten laste van de toelage", "eligible_amount", "amount"),
    ]


def german(art: Mapping[str, str]) -> list[Col]:
    """Return the columns of a plain German table."""
    return [
        Col("Rechnungsdatum", "date", "date"),
        Col("Belegnummer", "document_number"),
        Col("Lieferant oder Dienstleister", "payee"),
        Col("Bezeichnung der Ausgabe", "label"),
        Col("Art der Ausgabe", "nature", "list", art),
        Col("Nationalregisternummer", "niss", "niss", length=11),
        Col("Gesamtbetrag inkl. MwSt.", "total_amount", "amount"),
        Col("Andere Zuschüsse", "other_subsidy", "amount"),
        Col("Anrechenbarer Betrag", "eligible_amount", "amount"),
        Col("Bemerkungen"),
    ]


STAFF_FR = [
    Col("Nom et prénom du travailleur", "name"),
    Col("NISS", "niss", "niss"),
    Col("Fonction", "position"),
    Col("Début de la période", "date_from", "date"),
    Col("Fin de la période", "date_to", "date"),
    Col("ETP", "fte", "number"),
    Col("Coût salarial total", "total_amount", "amount"),
    Col("Autre subside", "other_subsidy", "amount"),
    Col("Montant imputé", "eligible_amount", "amount"),
]
STAFF_NL = [
    Col("Naam werknemer", "name"),
    Col("Rijksregisternummer", "niss", "niss"),
    Col("Functie", "position"),
    Col(("Periode", "Van"), "date_from", "date"),
    Col(("Periode", "Tot"), "date_to", "date"),
    Col("VTE", "fte", "number"),
    Col(("Loonkost", "Totale loonkost"), "total_amount", "amount"),
    Col(("Loonkost", "Andere subsidies"), "other_subsidy", "amount"),
    Col(("Loonkost", "Ten laste van de toelage"), "eligible_amount", "amount"),
]
CENTRE_FR = [("Nom du CPAS", "centre.centre_name"), ("Code INS", "centre.ins_code"),
             ("Numéro d'entreprise (BCE)", "centre.enterprise_number"), ("Année", "measure.year"),
             ("Adresse e-mail", "centre.contact_email")]  # fmt: skip
CENTRE_NL = [("OCMW", "centre.centre_name"), ("NIS-code", "centre.ins_code"), ("Contactpersoon", "centre.contact_name"),
             ("Telefoon", "")]  # fmt: skip

BOOKS = [
    Book("one sheet per volet", [
        Place("Volet A", "volet_a", french(NATURE_A), "VOLET A - Promotion de la participation sociale", rows=200),
        Place("Volet B", "volet_b", french(NATURE_B), "VOLET B - Modules collectifs", rows=150),
        Place("Volet C", "volet_c", french(NATURE_C), "VOLET C - Pauvreté infantile", rows=150),
    ], fields=CENTRE_FR, overview="Récapitulatif"),
    Book("one sheet for all", [
        Place("Dépenses", "", [Col("Volet", PART, "list", PARTS), *french(NATURE_A)[1:5],
              Col("Montant total", "total_amount", "amount"), Col("Montant éligible", "eligible_amount", "amount")],
              "Justification 2025", rows=500),
    ], protect=True, lists="very_hidden", fields=CENTRE_FR),
    Book("protected, Dutch, named lists", [
        Place("Luik A", "volet_a", dutch(AARD_A), "Luik A: bevordering van de sociale participatie", rows=300),
        Place("Luik B", "volet_b", dutch(AARD_B), "Luik B: collectieve modules", rows=300),
        Place("Luik C", "volet_c", dutch(AARD_C), "Luik C: strijd tegen kinderarmoede", rows=300),
        Place("Personeel", "staff", [Col("Luik", "volet", "list", {"a": "A", "b": "B", "c": "C"}), *STAFF_NL], "Personeelskosten"),
    ], lang="nl", protect=True, lists="named", fields=CENTRE_NL, fields_sheet="Gegevens", vertical=True),
    Book("German tables", [
        Place("Teil A", "volet_a", german(ART_A), "Soziale Teilhabe", totals="above", total_label="Gesamt"),
        Place("Teil B", "volet_b", german(ART_B), "Kollektive Module", totals="above", total_label="Gesamt"),
        Place("Teil C", "volet_c", german(ART_C), "Kinderarmut", totals="above", total_label="Gesamt"),
    ], lang="de", table=True, lists="table", styled="columns"),
    Book("bilingual headings in two rows", [
        Place("PAS-PSA A", "volet_a", [
            Col(("Date de la pièce", "Datum van het stuk"), "date", "date"),
            Col(("N° de pièce", "Stuknummer"), "document_number"),
            Col(("Libellé", "Omschrijving"), "label"),
            Col(("Fournisseur", "Leverancier"), "payee"),
            Col(("Nature", "Aard"), "nature", "list", both(NATURE_A, AARD_A)),
            Col(("Montant total", "Totaal bedrag"), "total_amount", "amount"),
            Col(("Montant éligible", "Aanvaardbaar bedrag"), "eligible_amount", "amount"),
            Col(("Remarque", "Opmerking")),
        ], "Volet A / Luik A", rows=250),
    ], lists="named"),
    Book("bilingual headings in one cell", [
        Place("Dépenses-Uitgaven", "expenses", [
            Col("Date / Datum", "date", "date"), Col("N° pièce / Stuknr.", "document_number"),
            Col("Description - Omschrijving", "label"), Col("Fournisseur\nLeverancier", "payee"),
            Col("Nature (Aard)", "nature", "list",
                {"staff": "Personnel / Personeel", "goods": "Biens / Goederen", "actions": "Actions / Acties"}),
            Col("Montant total / Totaal bedrag", "total_amount", "amount"),
            Col("Autre subside / Andere subsidie", "other_subsidy", "amount"),
            Col("Montant imputé au subside / Bedrag ten laste van de toelage", "eligible_amount", "amount"),
        ], "PIIS - GPMI", rows=400),
        Place("PIIS-GPMI", "projects", [
            Col("NISS / INSZ", "niss", "niss"), Col("Couple / Koppel", "household"),
            Col("Type de PIIS / Soort GPMI", "project_type", "list",
                {"general": "Général / Algemeen", "studies": "Études / Studies", "employment": "Emploi / Tewerkstelling",
                 "training": "Formation / Opleiding"}),
            Col("Date de signature / Datum ondertekening", "date_signed", "date"),
            Col("Du / Van", "date_from", "date"), Col("Au / Tot", "date_to", "date"),
            Col("Revenu d'intégration octroyé / Toegekend leefloon", "grant_base", "amount"),
            Col("Subvention 10 % / Toelage 10 %", "eligible_amount", "amount"),
        ], rows=400),
    ], measure="piis", lists="inline"),
    Book("two-line merged headings, staff by volet", [
        Place("A - Activités", "volet_a", [
            Col(("Pièce justificative", "Date"), "date", "date"), Col(("Pièce justificative", "Numéro"), "document_number"),
            Col(("Dépense", "Description"), "label"), Col(("Dépense", "Nature"), "nature", "list", NATURE_A),
            Col("Fournisseur", "payee"),
            Col(("Participants", "Public cible"), "participants_target", "count"),
            Col(("Participants", "Total"), "participants_all", "count"),
            Col(("Montants (EUR)", "Total"), "total_amount", "amount"),
            Col(("Montants (EUR)", "Autres subsides"), "other_subsidy", "amount"),
            Col(("Montants (EUR)", "Éligible"), "eligible_amount", "formula", formula="H{row}-I{row}"),
        ], "Volet A"),
        Place("A - Personnel", "staff", STAFF_FR, "Volet A - Frais de personnel", where={"volet": "a"}, rows=40),
        Place("B - Activités", "volet_b", french(NATURE_B), "Volet B"),
        Place("B - Personnel", "staff", STAFF_FR, "Volet B - Frais de personnel", where={"volet": "b"}, rows=40),
        Place("C - Activités", "volet_c", french(NATURE_C), "Volet C"),
        Place("C - Personnel", "staff", STAFF_FR, "Volet C - Frais de personnel", where={"volet": "c"}, rows=40),
    ], vertical=True, protect=True),
    Book("macros, examples to overwrite, formulas in between", [
        Place("Saisie volet A", "volet_a", [
            Col("Date", "date", "date", example=dt.date(2025, 1, 31)), Col("Mois", kind="formula", formula="MONTH(A{row})"),
            Col("Référence de la pièce", "document_number", example="2025/0001"),
            Col("Objet", "label", example="Exemple à remplacer"), Col("Bénéficiaire du paiement", "payee", example="Librairie du Coin"),
            Col("Contrôle", kind="formula", formula='IF(A{row}="","",1)'),
            Col("Rubrique", "nature", "list", NATURE_A, example="Loisirs et culture"),
            Col("Montant total", "total_amount", "amount", example=12.5), Col("Intervention de tiers", "other_subsidy", "amount", example=0),
            Col("À charge de la subvention", "eligible_amount", "formula", formula="H{row}-I{row}"),
        ], "Participation et activation sociale - Volet A", examples="inside", rows=120),
    ], macros=True, protect=True),
    Book("examples above the rows, explanations below the headings", [
        Place("Luik A", "volet_a", [
            Col("Datum", "date", "date", example=dt.date(2025, 2, 3), note="datum van de factuur (dd/mm/jjjj)"),
            Col("Nummer bewijsstuk", "document_number", example="AF-118", note="nummer in uw boekhouding, zoals het op het stuk staat"),
            Col("Omschrijving activiteit", "label", example="bv. zwembadbezoek", note="beschrijf kort waarvoor de uitgave werd gedaan"),
            Col("Begunstigde", "payee", example="Sportdienst", note="wie het geld heeft ontvangen, voluit geschreven a.u.b."),
            Col("Soort kosten", "nature", "list", AARD_A, note="kies uit de lijst; bij twijfel: Andere, met uitleg"),
            Col("Kostprijs", "total_amount", "amount", example=80.0, note="volledig bedrag van de factuur, btw inbegrepen"),
            Col("Aangegeven bedrag", "eligible_amount", "amount", example=80.0, note="het deel dat u op de toelage wilt aanrekenen"),
        ], "Uitgaven luik A - sociale participatie", examples="above", rows=60),
    ], lang="nl", lists="indirect"),
    Book("gas and electricity", [
        Place("Art. 4", "staff", STAFF_FR, "Article 4 : frais de personnel", rows=30),
        Place("Art. 6", "aids", [
            Col("Date de la facture", "date", "date"), Col("N° de pièce", "document_number"), Col("N° de dossier social", "file_number"),
            Col("NISS du bénéficiaire", "niss", "niss", length=15), Col("Fournisseur d'énergie", "payee"), Col("Description", "label"),
            Col("Type d'aide", "nature", "list", {
                "unpaid_bill": "Curatif - facture impayée", "payment_plan": "Curatif - plan d'apurement",
                "appliance": "Préventif - appareil économe", "boiler": "Préventif - entretien de chaudière",
                "reflector": "Préventif - panneaux réflecteurs, vannes", "insulation": "Préventif - isolation",
                "other_preventive": "Préventif - autre"}),
            Col("Montant de l'aide", "total_amount", "amount"), Col("Autre intervention", "other_subsidy", "amount"),
            Col("Montant à charge du Fonds", "eligible_amount", "amount"),
        ], "Article 6 : aides individuelles", rows=600),
        Place("Autres mesures", "measures", [
            Col("Date", "date", "date"), Col("N° de pièce", "document_number"), Col("Libellé", "label"), Col("Fournisseur", "payee"),
            Col("Nature de la mesure", "nature", "list", {
                "information": "Information et accompagnement", "audit": "Audit énergétique", "equipment": "Matériel",
                "training": "Formation du public", "other": "Autre"}),
            Col("Montant total", "total_amount", "amount"), Col("Montant éligible", "eligible_amount", "amount"),
        ], "Autres mesures (art. 5)", rows=200),
    ], measure="gas_electricity", fields=[("CPAS", "centre.centre_name"), ("Code NIS", "centre.ins_code")], lists="very_hidden"),
    Book("staff costs, Dutch", [
        Place("Normen", "norms", [*STAFF_NL[:6], Col("Aantal maanden", "months", "number"), *STAFF_NL[6:]], "Betere omkaderingsnormen"),
        Place("Onthaal", "reception", [*STAFF_NL[:6], Col("Aantal maanden", "months", "number"), *STAFF_NL[6:]], "Beter onthaal"),
    ], measure="staff_costs", lang="nl", protect=True, fields=[("Naam van het OCMW", "centre.centre_name"), ("Aantal dossiers", "centre.files_count")],
       fields_sheet="Algemeen"),
    Book("one sheet with the volets below each other", [
        Place("Formulaire", "volet_a", french(NATURE_A), "Volet A", rows=40),
        Place("Formulaire", "volet_b", french(NATURE_B), "Volet B", rows=40),
        Place("Formulaire", "volet_c", french(NATURE_C), "Volet C", rows=40),
    ], protect=True),
    Book("lists of an extension, identifiers with dots, Dutch parts in one sheet", [
        Place("Uitgaven", "", [
            Col("Betrokken luik", PART, "list", LUIKEN), Col("Datum factuur", "date", "date"),
            Col("Nr. verantwoordingsstuk", "document_number"), Col("Naam van de dienstverlener", "payee"),
            Col("Rijksregisternummer van de cliënt", "niss", "niss", length=15), Col("Gedetailleerde omschrijving", "label"),
            Col("Totale kostprijs", "total_amount", "amount"), Col("Tussenkomst van derden", "other_subsidy", "amount"),
            Col("Te verantwoorden bedrag", "eligible_amount", "amount"), Col("Commentaar POD MI"),
        ], "Verantwoording PSA 2025", rows=800),
    ], lang="nl", lists="x14"),
    Book("plain, without styles, formats and end", [
        Place("Feuil1", "volet_a", [
            Col("date facture", "date", "general"), Col("n° facture", "document_number", "general"), Col("fournisseur", "payee", "general"),
            Col("libellé", "label", "general"), Col("nature", "nature", "general"), Col("montant TVAC", "total_amount", "general"),
            Col("subside autre", "other_subsidy", "general"),
        ], "Tableau PAS volet A", totals="", rows=1),
    ], styled=""),
    Book("German, parts below a guide, fields above each table", [
        Place("A", "volet_a", german(ART_A), "Teil A - Förderung der sozialen Teilhabe", fields=[("ÖSHZ", "centre.centre_name")], rows=75),
        Place("B", "volet_b", german(ART_B), "Teil B - Organisation kollektiver Module", rows=75),
        Place("C", "volet_c", german(ART_C), "Teil C - Bekämpfung der Kinderarmut", rows=75),
    ], lang="de", guide=["Anleitung", "Füllen Sie die Teile A, B und C aus.", "Fragen? Rufen Sie uns an."]),
    Book("comments and custom parts", [
        Place("Volet C", "volet_c", [
            Col("Date d'achat", "date", "date", comment="Date du ticket de caisse"), Col("N° justificatif", "document_number"),
            Col("Intitulé de l'activité", "label"), Col("Organisme payé", "payee", prompt="Nom complet"),
            Col("NISS de l'enfant", "niss", "niss"), Col("Type d'activité", "nature", "list", NATURE_C),
            Col("Coût total", "total_amount", "amount"), Col("Autre financement", "other_subsidy", "amount"),
            Col("Nombre d'enfants", kind="count"), Col("Montant retenu", "eligible_amount", "amount"),
        ], "Lutte contre la pauvreté infantile", rows=90),
    ], lists="named", threads=("H3", "Montant de la facture, TVA comprise")),
    Book("headings by formulas, columns numbered, subtotals in between", [
        Place("Luik-Volet B", "volet_b", [
            Col("Date d'émission / Uitgiftedatum", "date", "date"),
            Col("Identification de la pièce / Kenmerk van het stuk", "document_number"),
            Col("Payé à qui / Aan wie betaald", "payee"),
            Col("Contenu de la dépense / Inhoud van de uitgave", "label"),
            Col("Catégorie de frais / Kostencategorie", "nature", "list", both(NATURE_B, AARD_B)),
            Col("Coût total TVAC / Totale kost incl. btw", "total_amount", "amount"),
            Col("Part prise en charge par un tiers / Deel gedragen door derden", "other_subsidy", "amount"),
            Col("Solde à imputer au subside / Aan te rekenen op de toelage", "eligible_amount", "formula",
                formula="F{row}-G{row}"),
        ], "Modules collectifs / Collectieve modules", rows=119, block=20, numbered=True),
    ], lists="very_hidden", protect=True, translated=True),
]  # fmt: skip
