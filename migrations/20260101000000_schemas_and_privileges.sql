-- Two schemas, one rule: what is in `public` is the API, everything else is not. Nothing is granted by default;
-- each migration grants exactly what its object offers.
create schema private;

-- `private` is not in [api].schemas, so nothing in it answers over HTTP. Usage is granted because policies, column
-- defaults and the thin functions of `public` reach into it with the caller's rights.
grant usage on schema private to anon, authenticated, service_role;
comment on schema private is
  'The machinery: definer functions, internal tables and triggers. Never exposed through the API.';

alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

-- Without `in schema`, because PUBLIC's right to execute is a global default: revoked per schema, it would stay.
alter default privileges revoke execute on functions from public;
