-- The roles of a Supabase project, with the attributes and memberships that hosted projects give them.
-- Runs once per server, as the superuser supabase_admin. Passwords are set by install.ts.

-- Who a request may become. Nobody logs in as one of these.
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;

-- What the API logs in as. It owns nothing and may nothing, until it takes one of the three roles above.
create role authenticator login noinherit;

-- The owner of a project: migrations and Studio run as this role. Not a superuser, so that what works here works on
-- a hosted project.
create role postgres login createrole createdb replication bypassrls;

-- One administrator per service: it owns that service's schema, and logs in for it.
create role supabase_auth_admin login noinherit createrole;
create role supabase_storage_admin login noinherit createrole;
create role supabase_realtime_admin login noinherit;
create role supabase_functions_admin login noinherit createrole;
create role supabase_replication_admin login replication;
create role supabase_read_only_user login bypassrls;
create role dashboard_user nologin createrole createdb replication;

grant anon, authenticated, service_role to authenticator, supabase_storage_admin, supabase_realtime_admin;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription, pg_checkpoint to postgres with admin option;
grant pg_read_all_data to supabase_read_only_user;
-- The owner of a project writes policies on storage.objects and realtime.messages. Hosted projects allow that
-- through an extension; here it is membership in the tables' owners.
grant supabase_storage_admin, supabase_realtime_admin, supabase_functions_admin to postgres;

-- What keeps one slow statement from holding up the rest.
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';

-- A session of the API can be told what its functions run: the REST service refuses a DELETE or an UPDATE without WHERE
-- in them, which the extension safeupdate, loaded here on hosted projects, would refuse. INFO is what no function
-- silences, and what the log leaves out.
alter role authenticator set session_preload_libraries = 'auto_explain';
alter role authenticator set auto_explain.log_nested_statements = on;
alter role authenticator set auto_explain.log_format = json;
alter role authenticator set auto_explain.log_level = info;
alter role authenticator set auto_explain.log_parameter_max_length = 0;
grant set on parameter auto_explain.log_min_duration to authenticator;

alter role supabase_admin set search_path = "$user", public, auth, extensions;
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_auth_admin set search_path = auth;
alter role supabase_storage_admin set search_path = storage;
alter role supabase_functions_admin set search_path = supabase_functions;

-- Settings that a hosted project's owner may change although they are a superuser's.
grant set on parameter session_replication_role to postgres;
grant set on parameter log_min_messages to postgres;
grant set on parameter log_min_duration_statement to postgres;
grant set on parameter log_statement to postgres;
grant set on parameter track_functions to postgres;
grant set on parameter track_io_timing to postgres;
grant set on parameter pg_stat_statements.track to postgres;

-- The REST API's in-database settings: `alter role authenticator set pgrst.db_schemas = …`.
do $$
declare
  v_name text;
begin
  foreach v_name in array array[
    'client_error_verbosity', 'db_aggregates_enabled', 'db_anon_role', 'db_extra_search_path', 'db_hoisted_tx_settings', 'db_max_rows',
    'db_plan_enabled', 'db_pre_request', 'db_prepared_statements', 'db_root_spec', 'db_schemas',
    'db_timezone_enabled', 'db_tx_end', 'jwt_aud', 'jwt_cache_max_lifetime', 'jwt_role_claim_key', 'jwt_secret',
    'jwt_secret_is_base64', 'openapi_mode', 'openapi_security_active', 'openapi_server_proxy_uri',
    'server_cors_allowed_origins', 'server_timing_enabled', 'server_trace_header',
    'url_use_legacy_target_names'
  ] loop
    execute format('grant set on parameter %I.%I to postgres', 'pgrst', v_name);
  end loop;
end
$$;
