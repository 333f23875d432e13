-- A user for each way to authenticate (see pg_hba.conf). Run in the database pgcoro_test; for single-user mode each
-- statement ends with an empty line.
SET password_encryption = 'scram-sha-256';

CREATE ROLE pgcoro_owners;

CREATE ROLE pgcoro_scram LOGIN REPLICATION CREATEDB PASSWORD 'pgcoro_password_1' IN ROLE pgcoro_owners;

CREATE ROLE pgcoro_unicode LOGIN PASSWORD 'päss w­ort Ⅸ' IN ROLE pgcoro_owners;

CREATE ROLE pgcoro_password LOGIN PASSWORD 'pgcoro_password_1' IN ROLE pgcoro_owners;

CREATE ROLE pgcoro_trust LOGIN IN ROLE pgcoro_owners;

CREATE ROLE pgcoro_cert LOGIN IN ROLE pgcoro_owners;

CREATE ROLE pgcoro_reject LOGIN IN ROLE pgcoro_owners;

SET password_encryption = 'md5';

CREATE ROLE pgcoro_md5 LOGIN PASSWORD 'pgcoro_password_1' IN ROLE pgcoro_owners;

ALTER DATABASE pgcoro_test OWNER TO pgcoro_owners;

GRANT ALL ON SCHEMA public TO pgcoro_owners;

