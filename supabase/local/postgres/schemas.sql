-- What every database of a project starts with, before the services add their schemas.
-- Runs once per database, as the superuser supabase_admin.

-- `public` is the API.
grant usage on schema public to postgres, anon, authenticated, service_role;
alter schema public owner to pg_database_owner;

-- What is made there is open to the API, as on a hosted project: who may see which row is left to its policies.
-- `[api] auto_expose_new_tables = false` takes this away again (closed_by_default.sql), and so may a migration.
alter default privileges for role postgres, supabase_admin in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres, supabase_admin in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres, supabase_admin in schema public
  grant all on functions to postgres, anon, authenticated, service_role;

create schema extensions;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on schema extensions to postgres, dashboard_user;

create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension supabase_vault;

-- What postgres_changes listens to: migrations add the tables.
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
