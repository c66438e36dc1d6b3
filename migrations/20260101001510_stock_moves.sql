-- The ledger: every piece that came or went, and why. Append-only; a mistake is corrected by another move.
-- Partitioned by month, because it grows for ever: old months can be detached without touching the new ones.
create table public.stock_moves (
  id uuid not null default private.uuid_v7(),
  created_at timestamptz not null default now(),
  variant_id uuid not null references public.product_variants (id) on delete restrict,
  store_id uuid not null references public.stores (id) on delete restrict,
  quantity integer not null,
  reason text not null,
  reference_id uuid,
  note text,
  actor_id uuid,
  constraint stock_moves_pkey primary key (id, created_at),
  constraint stock_moves_quantity_check check (quantity <> 0),
  constraint stock_moves_reason_check
    check (reason in ('initial', 'received', 'correction', 'damaged', 'lost', 'count', 'sale', 'return')),
  constraint stock_moves_sign_fits_reason check (
    case
      when reason in ('initial', 'received', 'return') then quantity > 0
      when reason in ('damaged', 'lost', 'sale') then quantity < 0
      else true
    end
  ),
  constraint stock_moves_note_check check (private.is_line(note, 200))
) partition by range (created_at);
create index stock_moves_variant_id_idx on public.stock_moves (variant_id, created_at desc);
create index stock_moves_store_id_idx on public.stock_moves (store_id, created_at desc);
alter table public.stock_moves enable row level security;
grant select on public.stock_moves to authenticated, service_role;
-- No write is granted, to anybody: rows come with the change of stock they describe, inside functions.
comment on table public.stock_moves is 'Ledger of stock, append-only; visible to the members of the store.';
comment on column public.stock_moves.quantity is 'Pieces that came (positive) or went (negative).';
comment on column public.stock_moves.reference_id is 'What caused it: the order for `sale` and `return`.';
comment on column public.stock_moves.actor_id is
  'Who did it; null for jobs. Kept when the user is gone, so it is no foreign key.';

-- Partitions live in `private`: the API offers the table, not its pieces.
create function private.create_month_partitions(table_name text, months_ahead integer default 3) returns integer
language plpgsql volatile
set search_path = ''
-- Making a partition locks whole tables, which others lock in another order. This function gives up early, before
-- Postgres finds a deadlock and ends somebody else: partitions are made months ahead, so it can try again.
set lock_timeout = '500ms'
as $$
declare
  v_month date;
  v_partition text;
  v_created integer := 0;
begin
  for v_month in
    select generate_series(
      date_trunc('month', now() at time zone 'UTC'),
      date_trunc('month', now() at time zone 'UTC') + make_interval(months => create_month_partitions.months_ahead),
      '1 month'
    )::date
  loop
    v_partition := format('%s_%s', create_month_partitions.table_name, to_char(v_month, 'YYYY_MM'));
    if to_regclass(format('private.%I', v_partition)) is null then
      execute format(
        'create table private.%I partition of public.%I for values from (%L) to (%L)',
        v_partition, create_month_partitions.table_name,
        format('%s 00:00:00+00', v_month), format('%s 00:00:00+00', (v_month + interval '1 month')::date)
      );
      execute format('alter table private.%I enable row level security', v_partition);
      v_created := v_created + 1;
    end if;
  end loop;
  return v_created;
end;
$$;
comment on function private.create_month_partitions(text, integer) is
  'Makes the missing partitions of public.<table_name> for this month (UTC) and `months_ahead` after it; returns '
  'how many. For jobs and migrations.';

-- Takes rows of months that have no partition (a clock that is wrong, old data that is imported), so that no write
-- fails.
create table private.stock_moves_default partition of public.stock_moves default;
alter table private.stock_moves_default enable row level security;
select private.create_month_partitions('stock_moves');
