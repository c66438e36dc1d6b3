-- Every movement of what a store is owed, oldest first, with the balance after it: what its bookkeeper compares. The
-- balance stands in the entry, so a page costs the same whatever came before it.
create or replace function public.store_statement(
  store_id uuid, from_date date default null, to_date date default null, currency text default null,
  after bigint default null
)
returns table (
  number bigint, at timestamptz, kind text, order_id uuid, order_reference text, cause_id uuid, note text,
  currency_code text, amount bigint, balance bigint
)
language sql stable security invoker
set search_path = ''
as $$
  select *
  from private.statement_page(
    store_statement.store_id, store_statement.from_date, store_statement.to_date, store_statement.currency,
    store_statement.after, 100
  );
$$;
comment on function public.store_statement(uuid, date, date, text, bigint) is
  'The movements of what a store is owed, for its owner, managers and operators: 100 at a time, oldest first; after: '
  'the number of the last one of the page before. Days are those of the store''s clock; currency: the store''s own if '
  'not named. amount and balance in minor units, + is owed to the store; kind: sale, cash_sale, cash_kept, commission, '
  'refund, refund_cut, refund_returned, cancellation, transfer, reversal, correction. Errors: not_signed_in, '
  'account_required, session_revoked, store_not_found, store_role_required, invalid_period, invalid_cursor.';
grant execute on function public.store_statement(uuid, date, date, text, bigint) to anon, authenticated, service_role;
