-- Extensions live in their own schema, which the API's search path reaches and clients cannot write to.
create schema if not exists extensions;
grant usage on schema extensions to anon, authenticated, service_role;

create extension if not exists pgcrypto with schema extensions;    -- digests of cart tokens and invitations
create extension if not exists pg_trgm with schema extensions;     -- typo-tolerant search
create extension if not exists unaccent with schema extensions;    -- accents do not matter in search and uniqueness
create extension if not exists btree_gin with schema extensions;   -- words and filters in one index
create extension if not exists btree_gist with schema extensions;  -- exclusion constraints over (staff, time)

-- Jobs, HTTP from the database, and secrets: each brings a schema of its own (cron, net, vault).
create extension if not exists pg_cron with schema pg_catalog;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault;
