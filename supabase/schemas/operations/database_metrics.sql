create or replace function private.database_metrics() returns setof private.metric
language sql stable
set search_path = ''
as $$
  select 'marketbase_database_transactions_total', 'counter', 'Transactions of the database by how they ended.',
    jsonb_build_object('outcome', ended.outcome), ended.transactions::numeric
  from pg_catalog.pg_stat_database as statistics
  cross join lateral (
    values ('commit', statistics.xact_commit), ('rollback', statistics.xact_rollback)
  ) as ended (outcome, transactions)
  where statistics.datname = current_database()
  union all
  select
    'marketbase_database_deadlocks_total', 'counter',
    'Transactions that were ended because they waited in a circle.', '{}',
    statistics.deadlocks
  from pg_catalog.pg_stat_database as statistics
  where statistics.datname = current_database()
  union all
  select 'marketbase_database_connections', 'gauge', 'Connections to the database.', '{}', statistics.numbackends
  from pg_catalog.pg_stat_database as statistics
  where statistics.datname = current_database();
$$;
comment on function private.database_metrics() is 'What Postgres counts of this database.';
