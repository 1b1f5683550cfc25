"""Notices and consent records are appended and never changed, whoever asks; the auditor's own role may read them."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE FUNCTION consent_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_consentnotice
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse_change();
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON consent_consentrecord
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse_change();
"""
ALLOW = """
DROP TRIGGER never_changed ON consent_consentnotice;
DROP TRIGGER never_changed ON consent_consentrecord;
DROP FUNCTION consent_refuse_change();
"""
GRANT = "GRANT SELECT ON consent_consentnotice, consent_consentrecord TO mpm_auditor"
REVOKE = "REVOKE SELECT ON consent_consentnotice, consent_consentrecord FROM mpm_auditor"


class Migration(migrations.Migration):
    """Receipts are not the auditor's to read: they tie codes to participants."""

    dependencies: ClassVar = [("consent", "0001_notices_records_receipts")]
    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW), migrations.RunSQL(GRANT, REVOKE)]
