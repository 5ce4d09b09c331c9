"""What docs/SECURITY-RULES.md says in sentences; the rest of the page is read from the code."""

from __future__ import annotations

LEVELS = {
    "open": "may be read by everybody",
    "inner": "how the house works: accounts, sessions, the log; nothing of a case",
    "private": "that somebody asked, who works on it, and what they wish",
    "grave": "who is sought, what the archive holds, what was found, and how a family can be reached",
}
PROTECTION = {
    "open": "written by a signed decision only",
    "inner": "no right for `portal_public`; secrets as hashes or sealed",
    "private": "no right for `portal_public` or `portal_admin`; free text sealed",
    "grave": "rights for `portal_casework`, `portal_family` and `portal_worker` alone; free text and files sealed; "
    "each reading leaves an entry",
}
_GRAVE = """archive conversation decision disclosure disclosure_item handover handover_item import_batch import_file
import_order inquirer like_pair match match_reasoning match_reversal match_review photograph_opening picture_opening
picture_signs publication publication_voice reading record record_item record_revision record_version release
safe_contact sought_person statement transcription vault_finding vault_held_object vault_hold vault_object"""
_PRIVATE = """assignment break_glass conflict_of_interest consent family_question inquiry inquiry_draft name_search
protective_hold recovery wish"""
_INNER = """account account_leave account_notice account_session answered_challenge audit_entry envelope
factor_fallback insider_alert invitation known_device passkey recovery_code role_change sign_in_attempt
vault_home"""
LEVEL_OF = {
    **dict.fromkeys(("memorial_index", "memorial_name", "memorial_pending", "message_check"), "open"),
    **dict.fromkeys(_INNER.split(), "inner"),
    **dict.fromkeys(_PRIVATE.split(), "private"),
    **dict.fromkeys(_GRAVE.split(), "grave"),
}
_PARTS = """given father grandfather family mother mother_family birth_place arrested_year arrested_month arrested_day
arrest_place branch"""
_SOUGHT = [f"sought_person.{part}" for part in _PARTS.split()]
# Columns of private and grave tables that hold typed text and are not sealed, each with its reason.
PLAIN = {
    "archive.layout": "the pattern of the folders",
    "archive.source": "which archive it is",
    "import_order.layout": "the pattern of the folders",
    "import_order.source": "which archive it is",
    "import_batch.folder": "the operator's own path",
    "import_batch.layout": "the pattern of the folders",
    "import_batch.source": "which archive it is",
    "consent.language": "which words were shown",
    "consent.words": "our own words, as they were shown",
    "disclosure.fingerprint": "a hash",
    "import_batch.manifest_sha256": "a hash",
    "import_file.branch": "how the archive is ordered; a known gap, see P16 in docs/PROMISES.md",
    "import_file.number": "how the archive is ordered; a known gap, see P16 in docs/PROMISES.md",
    "import_file.reason": "a word of a list of its kind",
    "import_file.sha256": "a hash",
    "inquiry.family_status": "a word of a list",
    "inquiry.language": "in which the family reads",
    "inquiry.reference": "drawn by lot",
    "publication.fingerprint": "a hash",
    "publication_voice.language": "in which the family reads",
    "record.branch": "how the archive is ordered; a known gap, see P16 in docs/PROMISES.md",
    "record.fingerprint": "a hash",
    "record.number": "how the archive is ordered; a known gap, see P16 in docs/PROMISES.md",
    "record_revision.fingerprint": "a hash",
    "record_item.media_type": "a word of a list",
    "recovery.new_password_hash": "argon2id",
    "vault_object.kek_id": "which key wraps it",
    "vault_object.media_type": "a word of a list",
    "vault_object.owner": "an id",
    "vault_object.purpose": "a word of a list",
    "vault_object.recipe": "how a copy was drawn",
    "vault_object.sha256": "a hash, checked at each reading",
    "handover.public_key": "made to be known",
    "handover.sha256": "a hash of what is closed",
    "vault_object.store_name": "drawn by lot",
    "publication.name_ar": "meant for the register",
    "publication.name_latin": "meant for the register",
    **dict.fromkeys(_SOUGHT, "compared with records; a known gap, see P16 in docs/PROMISES.md"),
}

ACROSS = (
    ("A date may lack parts; it may not be impossible", "test_a_date_may_be_incomplete_but_not_impossible"),
    ("An address fits the way of contact that was chosen", "test_an_address_fits_the_way_that_was_chosen"),
    ("A leave ends after it began and not in the past", "test_roles_an_end_and_a_way_back"),
    ("Roles that break separation of duties are not held together", "test_roles_an_end_and_a_way_back"),
    ("Weak evidence confirms no match", "test_the_table_confirms_nothing_on_weak_evidence"),
    ("Nobody stands in two places of one decision", "test_the_table_refuses_one_person_in_two_places"),
)

WAYS_IN = {
    "accounts.sign_in": "login and password; nothing tells whether they fitted",
    "accounts.second_step": "after the password: six digits, a passkey or a printed code; begins a session",
    "accounts.sign_out": "ends the session",
    "accounts.leave": "quick exit; ends the session",
    "accounts.left": "says nothing",
    "accounts.opening.setup": "a link, single and short-lived; of staff it was signed by two",
    "accounts.opening.choose_password": "under that link",
    "accounts.opening.confirm_factor": "under that link: six digits of the phone just paired; no session begins",
    "accounts.recovery.lost": "says whom to call; nothing can be sent from it",
    "accounts.recovery.open_link": "a link after a conversation, two people and days of waiting",
    "accounts.recovery.way_back": "under that link: what was lost",
    "accounts.recovery.choose_password": "under that link; the phone is still needed afterwards",
    "accounts.recovery.begin_phone": "under that link; the password is still needed afterwards",
    "accounts.recovery.confirm_phone": "under that link",
    "accounts.recovery.done": "under that link; signing in follows as for everybody, with both factors",
}

CONTEXT = (
    (
        "network and remembered browser",
        "at sign-in and wherever digits are asked for",
        "slow down, see the limits",
    ),
    ("unknown browser", "at sign-in", "a notice on one's own page, and the one message"),
    (
        "time since a factor was shown",
        "signing, photographs, contacts, links, roles",
        "the factor is asked for once more",
    ),
    (
        "number of files opened in an hour",
        "each reading by staff",
        "a warning, then a stop and an alert to auditors",
    ),
    (
        "a file outside one's assignment",
        "opening it",
        "a reason, reviewed by an auditor; the family sees it at once",
    ),
    ("hour of the day", "nowhere", "people work when families can speak"),
)

KEYS = {
    "cookie.key": (
        "signs cookies and the steps between pages",
        "HMAC-SHA1 by itsdangerous, over random tokens",
        "each year, and after any suspicion: remove it, `portal keys new`; everybody signs in again",
    ),
    "fields.key": (
        "seals columns; keyed hashes of tokens and logins",
        "AES-256-GCM, HMAC-SHA256, keys derived by HKDF-SHA256",
        "the code reads former keys and writes with the newest; no command exchanges it yet",
    ),
    "vault.key": (
        "wraps the key of each object",
        "AES-256-GCM",
        "new keys wrap new objects; former keys still open",
    ),
}
CRYPTOGRAPHY = {
    "argon2": "passwords: argon2id",
    "cryptography": "AES-256-GCM and HKDF, for columns and the vault",
    "hashlib": "SHA-256: fingerprints and the chain of the log",
    "hvac": "asks the key server to wrap and unwrap the vault's keys",
    "hmac": "HMAC-SHA256 and comparison in constant time",
    "bagit": "the packing list of a hand-over, in a process of its own",
    "numpy": "the arithmetic of the unseen mark",
    "pyrage": "closes a hand-over to its recipient (age)",
    "itsdangerous": "signed cookies, inside the web framework",
    "pyotp": "one-time codes of six digits",
    "secrets": "chance, from the operating system",
    "ssl": "TLS of the web process and on the way to the mail server",
    "webauthn": "passkeys",
}
OUTWARD = {
    "psycopg": "the database, by a private socket or the address of the settings; elsewhere through SQLAlchemy",
    "procrastinate": "the queue, in the same database",
    "requests": "carries what hvac says; no other use",
    "smtplib": "the mail server of the settings; no other host",
    "obstore": "the vault's folder or bucket of the settings",
    "hvac": "the key server of the settings; no other host",
    "socket": "no connection: whether a port is free, for the private database and the demo",
    "aiosmtpd": "the demo's own mailbox on this machine",
}
RISKY = {
    "PIL": "pictures of strangers",
    "imagehash": "compares pictures of strangers",
    "pikepdf": "papers of strangers",
    "magic": "the first bytes of any file",
}
BROWSER = {
    "leave.js": (
        "the quick exit replaces the page in the history",
        "the same button sends a form and leads to a page that says nothing",
    ),
    "passkeys.js": (
        "a passkey is made and shown",
        "the six digits; whoever must show a passkey needs scripts",
    ),
}
SENTENCES = {
    "renewal": "A weakness that is being used elsewhere is mended within two days, a grave one within seven, any other "
    "with the next renewal. All components are renewed at least every {days} days: `portal doctor` says when the lock "
    "is older. Where no mended release exists, the part is switched off or the risk is written down and signed by two.",
    "sessions": "There is no limit to the number of sessions of one person; each is listed on their own page, can be "
    "ended there one by one or all together, and ends by itself.",
}
