-- Messages of a year for benchmarks, as many as wanted: `select bench.generate_messages(1000000)`, as a superuser in a
-- database without conversations. Sizes of conversations follow a power law: one has a tenth of all messages. Triggers and
-- foreign keys are off while it writes, so what they keep is written here; private.check_invariants() must find nothing.
create schema if not exists bench;

create or replace function bench.generate_messages(message_count integer) returns void
language plpgsql volatile
set search_path = public
set session_replication_role = replica
as $$
declare
  v_customers constant integer := greatest(message_count / 20, 50);
  -- Indexes are built once, at the end: ten million entries in the order of chance take far longer one by one. What is
  -- made up here need not be checked.
  v_rebuild constant text[] := array(
    select format(
      'alter table public.messages add constraint %I %s %s', conname, pg_get_constraintdef(oid),
      case when contype = 'c' then 'not valid' end
    )
    from pg_constraint
    where conrelid = 'public.messages'::regclass and contype in ('u', 'c')
    union all
    select indexdef from pg_indexes
    where schemaname = 'public' and tablename = 'messages'
      and indexname not in (select conname from pg_constraint where conrelid = 'public.messages'::regclass)
  );
  v_statement text;
begin
  for v_statement in
    select format('alter table public.messages drop constraint %I', conname)
    from pg_constraint
    where conrelid = 'public.messages'::regclass and contype in ('u', 'c')
    union all
    select format('drop index public.%I', indexname) from pg_indexes
    where schemaname = 'public' and tablename = 'messages'
      and indexname not in (select conname from pg_constraint where conrelid = 'public.messages'::regclass)
  loop
    execute v_statement;
  end loop;

  insert into auth.users (id, email, email_confirmed_at)
  select ('00000000-0000-4000-8001-' || lpad(number::text, 12, '0'))::uuid, 'c' || number || '@bench.example', now()
  from generate_series(1, v_customers) as number
  union all
  select '00000000-0000-4000-8002-000000000001', 'owner@bench.example', now();
  insert into public.stores (id, owner_id, name, slug, status, line1, city, country_code, currency)
  values (
    '00000000-0000-4000-8003-000000000001', '00000000-0000-4000-8002-000000000001', 'Bench', 'bench', 'active', 'x', 'y',
    'AE', 'USD'
  );
  insert into public.store_members (store_id, user_id, role)
  values ('00000000-0000-4000-8003-000000000001', '00000000-0000-4000-8002-000000000001', 'owner');

  insert into public.conversations (
    id, store_id, customer_id, subject_type, last_seq, customer_count, store_count, last_message_at, customer_read_seq,
    customer_read_count, store_read_seq, store_read_count
  )
  select
    ('00000000-0000-4000-8004-' || lpad(sized.number::text, 12, '0'))::uuid, '00000000-0000-4000-8003-000000000001',
    ('00000000-0000-4000-8001-' || lpad(sized.number::text, 12, '0'))::uuid, 'none', sized.size, (sized.size + 1) / 2,
    sized.size / 2, now() - sized.number * interval '1 minute', sized.size, sized.size / 2, sized.size,
    (sized.size + 1) / 2
  from (
    -- Of the first a tenth, of the second a twentieth …; nobody has fewer than ten.
    select number, greatest(message_count / 10 / number, 10) as size
    from generate_series(1, v_customers) as number
  ) as sized;
  -- Odd numbers are the customer's, even ones the store's.
  insert into public.messages (conversation_id, seq, side, side_seq, sender_id, client_id, body, created_at)
  select
    conversations.id, said.seq, case said.seq % 2 when 1 then 'customer' else 'store' end, (said.seq + 1) / 2,
    case said.seq % 2 when 1 then conversations.customer_id else '00000000-0000-4000-8002-000000000001' end,
    gen_random_uuid(), 'Some words of a message about something, number ' || said.seq,
    now() - interval '1 day' - (conversations.last_seq - said.seq) * interval '1 minute'
  from public.conversations
  cross join lateral generate_series(1, conversations.last_seq) as said (seq)
  limit message_count;
  foreach v_statement in array v_rebuild loop
    execute v_statement;
  end loop;
  -- What did not fit is taken off the counters again.
  update public.conversations
  set last_seq = coalesce(said.size, 0), customer_count = (coalesce(said.size, 0) + 1) / 2,
    store_count = coalesce(said.size, 0) / 2, customer_read_seq = coalesce(said.size, 0),
    customer_read_count = coalesce(said.size, 0) / 2, store_read_seq = coalesce(said.size, 0),
    store_read_count = (coalesce(said.size, 0) + 1) / 2,
    last_message_at = case when said.size > 0 then conversations.last_message_at end
  from public.conversations as counted
  left join (
    select messages.conversation_id, count(*)::integer as size from public.messages group by messages.conversation_id
  ) as said on said.conversation_id = counted.id
  where counted.id = conversations.id and conversations.last_seq <> coalesce(said.size, 0);
  -- The owner has read all of it.
  insert into private.conversation_reads (conversation_id, user_id, store_id, read_seq, read_count)
  select conversations.id, '00000000-0000-4000-8002-000000000001', conversations.store_id, conversations.last_seq,
    conversations.customer_count
  from public.conversations
  where conversations.last_seq > 0;
end;
$$;
