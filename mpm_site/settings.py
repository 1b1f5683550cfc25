"""The one settings file. Every value that differs between machines comes from the environment; .env.sample explains
each. A missing secret stops the process: there is no default that would work in production."""

import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from mpm_site import broker, campaign, clock, desks, env, held, kinds, services, stamps, stores

BASE_DIR = Path(__file__).resolve().parent.parent
# What this process is (mpm_site.kinds), and so what it must be told and must not hold; "" for a command by hand.
KIND = held.named()
# A process that signs nothing draws a secret that nobody shares.
SECRET_KEY = env.text("MPM_SECRET_KEY") if kinds.needs(KIND, "MPM_SECRET_KEY") else secrets.token_urlsafe(64)
# Earlier ones: what was signed or sealed under them is still read, and nothing new is made with them.
SECRET_KEY_FALLBACKS = env.names("MPM_SECRET_KEY_FALLBACKS")
DEBUG = False

# -- Where the site stands -----------------------------------------------------------------------------------------
SITE_URL = env.text("MPM_SITE_URL").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured("MPM_SITE_URL must be an address such as https://pictures.example.org.")
ON_LOOPBACK = _site.hostname in {"localhost", "127.0.0.1"}
if _site.scheme == "http" and not ON_LOOPBACK:
    raise ImproperlyConfigured("MPM_SITE_URL must use https, except on localhost.")
ALLOWED_HOSTS = [_site.hostname]
DEMO = env.flag("MPM_DEMO")
if DEMO and not ON_LOOPBACK:
    raise ImproperlyConfigured("MPM_DEMO signs visitors in without a password and is for localhost only.")
# Who asks, and under which approval: files of a folder, docs/operate/campaign.md says how.
CAMPAIGN_DIR = env.folder("MPM_CAMPAIGN_DIR", default=BASE_DIR / "campaign")
CAMPAIGN = campaign.load(CAMPAIGN_DIR)
# What officers do about a locked photo, as settled with counsel; empty until somebody wrote it.
CAMPAIGN_PROCEDURE = campaign.procedure(CAMPAIGN_DIR)

# -- Rooms ---------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "mpm_site",
    "accounts",
    "operations",
    "audit",
    "vault",
    "identity",
    "consent",
    "contributions",
    "screening",
    "annotation",
    "releases",
]
MIDDLEWARE = [
    "mpm_site.middleware.SecurityHeaders",
    "mpm_site.middleware.ClientAddress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mpm_site.middleware.RoomForUploads",
    "mpm_site.middleware.OnlyUploads",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffOnly",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "mpm_site.urls"
WSGI_APPLICATION = "mpm_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "mpm_site.context.site",
                "accounts.context.staff",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

# What runs upward across rooms is named here, so that a reader sees the whole way of a photo. Each step takes a photo
# id, is idempotent and leaves its result as a row.
INTAKE_STEPS = [
    "contributions.intake.rebuild",
    "contributions.intake.find_border",
    "screening.intake.match_known",
    "screening.intake.classify",
    "screening.intake.find_duplicates",
    "screening.intake.rule",
]
CONSENTED_STEPS = [
    "screening.intake.remember",
    "annotation.intake.suggest_people",
    "annotation.intake.ask_for_text",
    "annotation.intake.open_task",
]
WITHDRAWAL_STEPS = ["annotation.withdrawal.give_back", "screening.withdrawal.forget", "releases.withdrawal.drop"]
# Upper rooms' queries that name, among photos on their way out, those whose erasure is suspended.
ERASURE_HOLDS = ["screening.queries.locked_among", "screening.queries.held_by_law"]
# What may keep a worker from starting: each says why in one sentence, or nothing.
WORKER_REFUSALS = ["screening.checks.refusal", "vault.checks.refusal"]
# The same for web.
WEB_REFUSALS = ["vault.checks.refusal"]
# Upper rooms' own sweeps, which `manage.py sweep` runs too.
SWEEPS = [
    "annotation.tasks.sweep",
    "releases.tasks.sweep",
    "releases.tasks.mail_updates",
    "releases.tasks.remind_holders",
    "releases.tasks.write_to_recipients",
    "screening.tasks.rescreen",
]
# Upper rooms' read-only queries that a person's own page shows, each taking the person's id.
PERSON_PANELS = ["releases.queries.person_panel"]
# Upper rooms' read-only queries that the auditor's desk shows.
AUDIT_PANELS = ["contributions.queries.audit_panel", "consent.queries.audit_panel", "releases.queries.audit_panel"]
# Upper room's query that counts the photos that staff still look at.
PHOTOS_BEING_CHECKED = "annotation.queries.being_checked"
# Upper rooms' queries that tell the public what is new: research updates and releases.
PUBLIC_NEWS = ["releases.queries.public_news"]
# Upper rooms' pictures of numbers on the auditor's desk, and what its filter offers to choose from.
AUDIT_CHARTS = ["contributions.queries.audit_charts"]
AUDIT_CHOICES = {"notice": "consent.queries.audit_choices"}
# Upper rooms' own pages on the auditor's desk: label, address.
AUDIT_PAGES = desks.AUDIT
# The pages of the safety officer's desk: label, address.
OFFICER_PAGES = desks.OFFICER
# Upper rooms' queries that name what the log tells and their tables do not: `fsck` asks them.
LOG_REPLAYS = [
    "consent.queries.missing_by_log",
    "contributions.queries.missing_by_log",
    "screening.queries.missing_by_log",
    "annotation.queries.missing_by_log",
    "releases.queries.missing_by_log",
]
# What /readyz asks of the rooms before this process is given work, each answering yes or no.
READY_CHECKS = {
    "keyring": "vault.queries.is_keyring_ready",
    "log": "audit.queries.is_log_complete",
    "erasures": "audit.queries.is_replayed",
    "identities": "identity.queries.is_replayed",
}
# What /readyz tells beside that, and what does not close this process: were every web process taken away because one
# queue stands, a delay would be a standstill. Each answers yes or no within seconds.
TOLD_CHECKS = {
    "broker": "operations.queries.is_broker_there",
    "objects": "vault.queries.is_store_there",
    "disk": "contributions.queries.is_disk_free",
    "workers": "operations.queries.are_workers_there",
}
# Whether a request may be told by /healthz what /readyz found.
MONITOR = "operations.permissions.is_monitor"
# Rooms' figures for those who run the site: numbers by the names of operations.figures, each from an index.
SYSTEM_FIGURES = [
    "contributions.queries.system_figures",
    "screening.queries.system_figures",
    "annotation.queries.system_figures",
    "releases.queries.system_figures",
    "vault.queries.system_figures",
    "audit.queries.system_figures",
    "operations.queries.backup_figures",
]
# Where the task queue's workers leave a sign that they serve: queue, worker, whether they begin a task or ended one.
HEARTBEAT = "operations.actions.beat"
# What web and the workers that reach research ask before they start: yes stops them until `manage.py restore_log` was
# run. A DatabaseError or ValueError says that nobody knows, and is asked again for a while.
LOG_BEHIND = "audit.queries.is_log_behind"
# The same for tables that do not know yet what the log says to be erased: until `manage.py replay_erasures`.
LOG_UNREPLAYED = ["audit.queries.needs_replay"]
# From which entry on a database must be told that was restored by itself, or nothing.
LOG_REPLAY_FROM = ["identity.queries.replay_from"]
# Each room's part of that, in this order: called with the span of entries that came back, it brings its rows to where
# they say, changes nothing when it did so before, and says how many rows it changed.
LOG_REPLAYERS = [
    "vault.actions.replay",
    "consent.actions.replay",
    "contributions.actions.replay",
    "screening.actions.replay",
    "annotation.actions.replay",
    "releases.actions.replay",
    "identity.actions.replay",
]
# Where a link from a mail leads, by its one action.
LINK_PAGES = {
    "consent": "contributions:consent_choose",
    "manage": "contributions:manage_open",
    "invitation": "contributions:invitation_answer",
    "claim": "contributions:claim_confirm",
    "reminders": "identity:reminders_stop",
    "updates": "identity:updates_stop",
}

# -- Databases: research (default), identity, and research as the auditor sees it ---------------------------------------
DATABASES = {
    "default": env.database("MPM_RESEARCH_URL", None if kinds.needs(KIND, "MPM_RESEARCH_URL") else env.NO_DATABASE)
}
if env.text("MPM_IDENTITY_URL", ""):
    DATABASES["identity"] = env.database("MPM_IDENTITY_URL")
    LOG_UNREPLAYED.append("identity.queries.needs_replay")
    SYSTEM_FIGURES.append("identity.queries.system_figures")
if env.text("MPM_AUDITOR_URL", ""):
    DATABASES["auditor"] = {**env.database("MPM_AUDITOR_URL"), "TEST": {"MIRROR": "default"}}
# Names of databases and broker that are reached without leaving this machine, so that encryption is not asked of them.
HOSTS_WITHIN = env.names("MPM_HOSTS_WITHIN")
DATABASE_ROUTERS = ["mpm_site.router.IdentityApart"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Keys and files ---------------------------------------------------------------------------------------------------
KEYRING = env.folder("MPM_KEYRING", required=kinds.needs(KIND, "MPM_KEYRING"))
KEY_COPY = env.folder("MPM_KEY_COPY", required=kinds.needs(KIND, "MPM_KEY_COPY"))
MEDIA_ROOT = env.folder("MPM_OBJECTS", required=kinds.needs(KIND, "MPM_OBJECTS"))
# The log: its signing key and what was signed last (the log worker alone is given them), the key that everybody checks
# with, and the store that its entries, tiles and checkpoints are copied to.
LOG_KEYS = env.folder("MPM_LOG_KEYS", required=False)
LOG_VERIFIER = env.folder("MPM_LOG_VERIFIER", required=kinds.needs(KIND, "MPM_LOG_VERIFIER"))
LOG_COPIES = env.folder("MPM_LOG_COPIES", required=kinds.needs(KIND, "MPM_LOG_COPIES") and not stores.log_bucket())
LOG_WITNESSES = [pair.split() for pair in env.text("MPM_LOG_WITNESSES", "").split(",") if pair]
LOG_MAIL_TO = env.names("MPM_LOG_MAIL_TO")
STORAGES = {
    "default": {"BACKEND": "vault.storage.NoPlainFiles"},
    "log": stores.log(LOG_COPIES),
    "sealed": stores.sealed(MEDIA_ROOT),
    "staticfiles": {"BACKEND": "mpm_site.static.AllowListedManifest"},
}
# Every uploaded file, on any page, is sealed as its bytes arrive: no handler that writes plaintext is configured.
FILE_UPLOAD_HANDLERS = ["vault.uploads.SealingUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 1
DECODE_WITHOUT_FILTER = env.flag("MPM_DECODE_WITHOUT_FILTER")

UPLOAD_MAX_BYTES = 40 * 1000 * 1000
UPLOAD_MAX_PIXELS = 60 * 1000 * 1000
SENDING_MAX_FILES = 20
SENDING_MAX_BYTES = 400 * 1000 * 1000
CLIENT_HOURLY_FILES = env.number("MPM_CLIENT_HOURLY_FILES", 60)
CLIENT_HOURLY_BYTES = 600 * 1000 * 1000
# Uploads under way at once in each web process, in all and from one client (deploy.worker).
UPLOADS_AT_ONCE = env.number("MPM_UPLOADS_AT_ONCE", 32)
UPLOADS_AT_ONCE_EACH = env.number("MPM_UPLOADS_AT_ONCE_EACH", 8)
# All that a process of the kind "upload" answers; a proxy sends it what is sent to these.
UPLOAD_PAGES = ["contributions:photo_add", "healthz", "readyz"]
UNVERIFIED_MAX_BYTES = env.number("MPM_UNVERIFIED_MAX_GB", 50) * 1000**3
FREE_DISK_FLOOR_BYTES = env.number("MPM_FREE_DISK_FLOOR_GB", 2) * 1000**3

# -- Times (hours unless named otherwise) ---------------------------------------------------------------------------------
LINK_HOURS = 24
DRAFT_HOURS = 24
UNVERIFIED_DAYS = 14
WITHDRAWAL_WAIT_HOURS = 72
ERASED_WITHIN_HOURS = 96
PREVIEW_HOURS = 24
MANAGE_MINUTES = 30
LEASE_MINUTES = 10
INVITATION_HOURS = 72
# A depicted person who is asked, and a notice that asks for an answer within months.
DEPICTED_DAYS = 14
REMIND_LATER_DAYS = 3
REMIND_BEFORE_DAYS = 30
# How long the public numbers of what is missing stand at least.
COVERAGE_DAYS = 7
# When whoever asked for it is written to once, to give more.
REMIND_MORE_DAYS = 30
RENEWAL_DAYS = 90
UNSUBSCRIBE_DAYS = 90
# Within this time staff settle what somebody wrote who thinks they are pictured.
CLAIM_DAYS = 7
# How long no further claim blocks a sender's photos by itself, after one that came to nothing.
CLAIM_PAUSE_DAYS = 30
# How long a receipt waits for the proof that the log holds it, before it is mailed without (seconds).
RECEIPT_PROOF_SECONDS = 60
LOG_MAIL_HOURS = 24

# -- Screening --------------------------------------------------------------------------------------------------------------
SCREENING_POLICY = "2026-1"
# What scores each photo, by name: from the threshold on a person looks. Services under a contract come from the environment.
CLASSIFIERS = {
    "open_nsfw": {"class": "screening.classifying.open_nsfw.OpenNsfw", "threshold": 0.2},
    **services.contracted(),
}
KNOWN_LISTS_REQUIRED = env.names("MPM_KNOWN_LISTS_REQUIRED")
# Days after which a list that was neither imported nor asked for counts as stale, and what requires it is held.
KNOWN_LIST_STALE_DAYS = 30
# List servers, by the name of the list that each fills: its client, and what that reads. Secrets come from the environment.
LIST_EXCHANGES = services.exchanges()
# Hours within which what a list gained is matched against the collection; later nothing is shown or used.
REVERSE_MATCH_HOURS = 24
# Days within which every photo is screened anew after a policy or a model changed; later only the new verdicts count.
RESCREEN_DAYS = 7
# From so many hashes on near-duplicates are found by an index of bands instead of a scan.
DUPLICATES_BY_BANDS_FROM = 200_000
# What one safety officer looks at: views a day, and minutes of looking after which a break of so many minutes is due.
OFFICER_VIEWS_A_DAY = 60
OFFICER_BREAK_AFTER_MINUTES = 20
OFFICER_BREAK_MINUTES = 10
# Pictures that one person of the staff may open in an hour, in all and outside of a task; above it no more are shown
# to them until a lead or an administrator lets them go on.
VIEWS_AN_HOUR = env.number("MPM_VIEWS_AN_HOUR", 400)
VIEWS_OUTSIDE_TASKS_AN_HOUR = env.number("MPM_VIEWS_OUTSIDE_TASKS_AN_HOUR", 80)
# The module that finds text on prints (LOOK, MODEL, find), loaded by the worker of the queue "text" alone.
_text_reader = env.text("MPM_TEXT_READER", "annotation.suggesting.text")
TEXT_READER = "" if _text_reader == "none" else _text_reader
# -- Reading ------------------------------------------------------------------------------------------------------------------
# Of the photos read once, the share that another annotator reads too, without knowing it.
SECOND_OPINION_SHARE = env.number("MPM_SECOND_OPINION_PERCENT", 10) / 100
# What one annotator reads: photos a day, and minutes of reading after which a break of so many minutes is due.
READINGS_A_DAY = 400
READING_BREAK_AFTER_MINUTES = 50
READING_BREAK_MINUTES = 10
# How many photos beside the one on the screen are handed out ahead, and how long Undo stands after saving (seconds).
READING_AHEAD = 2
UNDO_SECONDS = 10
# So long after an answer the photo is handed to whoever reads it too, or settles it: what is undone is still one's own.
SECOND_AFTER_SECONDS = UNDO_SECONDS
# So long after an answer its giver may take it back, and so often for one photo: it is no way to try answers out.
TAKE_BACK_HOURS = 24
TAKE_BACKS_A_PHOTO = 3
# What was read on a print is destroyed when the photo is settled, and after so many days at the latest.
TEXT_KEPT_DAYS = 14
# From so many days of waiting on a photo comes before others.
LONG_WAIT_DAYS = 7
# Where staff look for photos like one that a claim shows.
LOOKALIKES = "screening.queries.lookalikes"


# -- Web: sessions, headers, static files -------------------------------------------------------------------------------------
SECURE = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "mpm_session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "mpm_csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A giver finds what they chose for as long as it is kept; staff sessions end sooner, by accounts.middleware.
SESSION_COOKIE_AGE = DRAFT_HOURS * 3600
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
MESSAGE_STORAGE = "mpm_site.said.Said"
CSRF_FAILURE_VIEW = "mpm_site.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "connect-src": [SELF],
        "font-src": [NONE],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
    }
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "mpm_site.static.CampaignLogo"]
STATIC_ROOT = env.folder("MPM_STATIC_ROOT", required=kinds.needs(KIND, "MPM_STATIC_ROOT"))
WHITENOISE_ALLOW_ALL_ORIGINS = False

# -- Staff sign-in ------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "accounts.passwords.NotMadeOfOwnWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:staff_home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.StaffAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reauthenticate": "accounts.forms.PasswordAgainForm",
    "change_password": "accounts.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# A mailbox is not a way in: no sign-in by code, and no reset by mail, because accounts.allauth_urls has no address for it.
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "accounts.adapter.StaffFactors"
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "reauthenticate": "accounts.forms.CodeAgainForm",
    "activate_totp": "accounts.forms.AppForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "login_webauthn": "accounts.forms.PasskeyAloneForm",
    "authenticate_webauthn": "accounts.forms.PasskeySecondForm",
    "reauthenticate_webauthn": "accounts.forms.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TRUST_ENABLED = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = str(CAMPAIGN["name"])
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ON_LOOPBACK
# Behind TLS stands one proxy, which appends the client's address; on localhost there is none.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE else 0
STAFF_IDLE_MINUTES = 15
STAFF_SESSION_HOURS = 8
# So long people see their own sign-ins in their list; the log keeps when and by what for good.
SIGN_INS_DAYS = 90
# Requests that a page makes by itself do not keep a session alive.
STAFF_HEARTBEATS = ["annotation:leases_renew", "releases:release_progress"]
# Upper rooms' steps when a person signs out, each taking the person's id.
SIGN_OUT_STEPS = ["annotation.actions.give_all_back"]
# What each role is offered on the start page and in the navigation: role, label, address, description.
STAFF_PAGES = desks.STAFF
# What waits for one person behind such an address: an upper room's list for that person's id, in words and addresses.
STAFF_WAITING = desks.WAITING
STAFF_URGENT = desks.URGENT
INBOX_URL = env.text("MPM_INBOX_URL", "")
# The counters that slow down guessing, and the codes already used, must be seen by every web process and survive a restart:
# a table of the research database. No key or value names anybody: clients and addresses are keyed hashes (accounts.adapter).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_cache"}}

# -- Releases -----------------------------------------------------------------------------------------------------------------
# How many photos one file of a release holds. A photo that leaves takes its file with it.
RELEASE_SHARD_PHOTOS = env.number("MPM_RELEASE_SHARD_PHOTOS", 256)
# Holders are told of withdrawals together, so that what is missing points at nobody: this many, or after so many days.
# In a demonstration, where a handful of photos is all there is, at once.
WITHDRAWAL_BATCH = env.number("MPM_WITHDRAWAL_BATCH", 1 if DEMO else 10)
WITHDRAWAL_WAIT_DAYS = env.number("MPM_WITHDRAWAL_WAIT_DAYS", 14)
# How long a recipient's link opens, and after how many days each a copy that is behind is asked for.
DELIVERY_DAYS = env.number("MPM_DELIVERY_DAYS", 14)
REFRESH_REMINDERS = [0, 30, 60, 80]
REFRESH_DAYS = 90
# Files of a release that go out at once from each web process: a slow receiver holds one of the threads of pages.
FETCHES_AT_ONCE = env.number("MPM_FETCHES_AT_ONCE", 3)

# -- Background work: the row is the job, a message only a wake-up -------------------------------------------------------------
CELERY_BROKER_URL = env.text("MPM_BROKER_URL")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A worker that was busy while its broker died would take less afterwards, and was seen to take nothing for good.
CELERY_WORKER_ENABLE_PREFETCH_COUNT_REDUCTION = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 15 * 60
# Whoever can send a message could otherwise stop a worker, or tell it to leave its queue.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_USE_SSL = broker.encryption(CELERY_BROKER_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options(CELERY_BROKER_URL)
CELERY_TASK_DEFAULT_QUEUE = "sweep"
CELERY_TASK_QUEUES = [
    Queue(name, routing_key=name, queue_arguments=broker.queue_arguments(CELERY_BROKER_URL)) for name in kinds.QUEUES
]
# Queues whose workers reach no research database, so that the sweep worker writes down that they serve.
TOLD_BY_MESSAGE = [name for name in kinds.QUEUES if name not in kinds.APART["MPM_RESEARCH_URL"]]
# Beside quorum queues Celery declares 28 more for tasks that are to run later. None is: the cheapest kind will do.
CELERY_BROKER_NATIVE_DELAYED_DELIVERY_QUEUE_TYPE = "classic"
CELERY_BEAT_SCHEDULE = clock.SCHEDULE

# -- Mail ---------------------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("MPM_SMTP_HOST", "localhost")
EMAIL_PORT = env.number("MPM_SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("MPM_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("MPM_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("MPM_SMTP_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MPM_MAIL_FROM", "My Pictures Matter <mail@example.org>")
# A provider's own way in instead of SMTP, by Anymail (requirements-mail.txt); it says by webhook which mails came back.
MAIL_PROVIDER = env.word("MPM_MAIL_PROVIDER", "")
MAIL_WEBHOOK_SECRET = env.text("MPM_MAIL_WEBHOOK_SECRET", "")
if MAIL_PROVIDER:
    INSTALLED_APPS.append("anymail")
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
    ANYMAIL = {**env.json_object("MPM_MAIL_PROVIDER_SETTINGS", "{}"), "WEBHOOK_SECRET": MAIL_WEBHOOK_SECRET or None}

# -- Watching the running site ---------------------------------------------------------------------------------------------
# Who is mailed about alarms, at once and then daily; and what opens /metrics from another machine: empty, nothing does.
ALARM_MAIL_TO = env.names("MPM_ALARM_MAIL_TO")
# Where backups say when they were made; empty: nobody is told when they are late.
BACKUP_SAID = stamps.by_figure()
METRICS_TOKEN = env.text("MPM_METRICS_TOKEN", "")
# One line an entry, for people ("plain") or for programs ("json").
LOG_FORMAT = env.word("MPM_LOG_FORMAT", "plain")
if LOG_FORMAT not in {"plain", "json"}:
    raise ImproperlyConfigured("MPM_LOG_FORMAT is plain or json.")

# -- Languages ------------------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("sv", _("Swedish"))]
# Questions and answers by language, as the campaign wrote them; another language reads the first one's.
CAMPAIGN_QUESTIONS = campaign.questions(
    CAMPAIGN_DIR,
    languages={code for code, _name in LANGUAGES},
    fallback=LANGUAGE_CODE,
    values={
        **CAMPAIGN,
        "draft_hours": DRAFT_HOURS,
        "unverified_days": UNVERIFIED_DAYS,
        "depicted_days": DEPICTED_DAYS,
        "wait_hours": WITHDRAWAL_WAIT_HOURS,
        "erased_hours": ERASED_WITHIN_HOURS,
    },
)
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["mpm_site.formats"]
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "mpm_language"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = SECURE, True, "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- What is written about the running site: no addresses, no tokens ------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "mpm_site.logs.Discreet", "format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "mpm_site.logs.Lines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "celery": {"level": "WARNING"},
        # The index tells at each start which processors it was not built for.
        "faiss": {"level": "WARNING"},
        # With RabbitMQ it tells at each start, for each queue, that tasks cannot wait in it until later. None is to.
        "kombu.transport.native_delayed_delivery": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
