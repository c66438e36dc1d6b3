-- `[api] auto_expose_new_tables = false`: what the project's owner makes in `public` is reachable only through grants.
-- Runs once per database, right after schemas.sql. Takes away what the CLI takes away, and no more: what is no way
-- through the API (references, trigger, truncate) stays, as on a hosted project with this switch off.
alter default privileges for role postgres in schema public
  revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke usage, select on sequences from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke execute on functions from anon, authenticated, service_role;
