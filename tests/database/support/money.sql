-- How money moves in a test: bought and paid, delivered, sent to the stores, refunded, disputed; and what the ledger
-- says of it. Letters as in bookkeeping: P our balance at the provider, S: what stores are owed (- we owe), K
-- commission, F fees, G discounts that the marketplace bears, Q taken by banks, QF costs of disputes, H: cash in a
-- store's till, U paid without an order, A corrections.
insert into actors values
  ('owner with second factor', 'authenticated', 'b0000000-0000-4000-8000-000000000003'),
  ('rival with second factor', 'authenticated', 'b0000000-0000-4000-8000-000000000006');
create function pg_temp.price(variant text, amount bigint) returns void
language sql
as $$
  update public.product_variants set price_amount = price.amount, mrp_amount = price.amount
  where id::text = (select value from ids where name = price.variant)
$$;
create function pg_temp.commission(store text, bps integer) returns void
language plpgsql
as $$
begin
  assert pg_temp.attempt('admin', format('select public.set_commission(''store'', {%s}, %s)', store, bps)) = '1';
end;
$$;
create function pg_temp.event(fact jsonb, at timestamptz default now()) returns text
language sql
as $$
  select coalesce(
    pg_temp.ask(
      'event', 'service',
      format('public.apply_payment_event(%L, ''test'', %L, false, %L)', 'evt_' || gen_random_uuid(), at, fact)
    ) ->> 'outcome',
    (select value ->> 'error' from answers where name = 'event')
  )
$$;
-- A checkout of these variants, [{"apple": 2}, …]; its orders are named `<name> olgas`, `<name> ritas`, `<name> yen`.
create function pg_temp.order(name text, method text, variants jsonb, coupon text default null) returns void
language plpgsql
as $$
begin
  perform pg_temp.ask('cart', 'customer', format('public.add_to_cart({%s}, %s)', item.key, item.value))
  from jsonb_array_elements(variants) as line
  cross join lateral jsonb_each_text(line.value) as item;
  if coupon is not null then
    perform pg_temp.ask('coupon', 'customer', format('public.apply_coupon(%L)', coupon));
  end if;
  perform pg_temp.ask(
    name, 'customer',
    format('public.checkout(%L, %L, shipping_address => {address}::jsonb)', gen_random_uuid(), method)
  );
  perform pg_temp.name_value(name, (select value ->> 'checkout_id' from answers where answers.name = "order".name));
  perform pg_temp.name_value("order".name || ' ' || ids.name, orders.id::text)
  from public.orders
  join ids on ids.value = orders.store_id::text
  where checkout_id::text = (select value from ids where ids.name = "order".name);
end;
$$;
create function pg_temp.intent(name text) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'intent', 'intent_id', 'pi_' || name, 'status', 'succeeded', 'amount', amount, 'amount_received', amount,
    'currency', currency, 'payment_id', id, 'checkout_id', checkout_id, 'charge_id', 'ch_' || name
  )
  from public.payments
  where checkout_id::text = (select value from ids where ids.name = intent.name) and order_id is null
$$;
create function pg_temp.prepared(name text, method text, variants jsonb, coupon text default null) returns void
language plpgsql
as $$
begin
  perform pg_temp.order(name, method, variants, coupon);
  perform pg_temp.ask('payment', 'customer', format('public.prepare_payment({%s})', name));
  perform public.attach_payment_intent(
    (select (value ->> 'payment_id')::uuid from answers where answers.name = 'payment'), 1, 'pi_' || name
  );
  perform pg_temp.name_value('payment of ' || name, (
    select value ->> 'payment_id' from answers where answers.name = 'payment'
  ));
end;
$$;
-- Bought and paid by card.
create function pg_temp.paid(name text, variants jsonb, coupon text default null) returns void
language plpgsql
as $$
begin
  perform pg_temp.prepared(name, 'card', variants, coupon);
  perform pg_temp.event(pg_temp.intent(name));
end;
$$;
create function pg_temp.fee(name text, amount bigint) returns text
language sql
as $$
  select pg_temp.attempt('service', format('select public.record_payment_fee({payment of %s}, %s)', name, amount))
$$;
create function pg_temp.delivered(name text, actor text default 'owner') returns void
language sql
as $$
  select pg_temp.attempt(actor, format('select public.advance_order({%s}, ''shipped'')', name));
  select pg_temp.attempt(actor, format('select public.advance_order({%s}, ''delivered'')', name));
$$;
-- What the provider lets the store's account do: everything.
create function pg_temp.onboarded(store text, actor text) returns void
language sql
as $$
  select pg_temp.ask('account', actor || ' with second factor', format('public.prepare_payout_account({%s})', store));
  select public.attach_payout_account((select value::uuid from ids where name = store), 'acct_' || store);
  select pg_temp.event(jsonb_build_object(
    'kind', 'account', 'account_id', 'acct_' || store, 'details_submitted', true, 'charges_enabled', true,
    'transfers_enabled', true, 'payouts_enabled', true
  ));
$$;
-- What the job does, with a provider that says yes to everything; returns what was sent.
create function pg_temp.transfer() returns text
language plpgsql
as $$
declare
  v_id uuid;
  v_fact jsonb;
  v_made text := '';
begin
  for v_id in select transfer_id from public.list_transfers_to_make() order by 1 loop
    v_fact := public.prepare_transfer_for_job(v_id);
    if v_fact ->> 'status' = 'pending' then
      perform public.record_transfer(v_id, 'tr_' || v_id);
    end if;
    v_made := v_made || concat_ws(
      ' ', '', replace(v_fact ->> 'account_id', 'acct_', ''), v_fact ->> 'status', v_fact ->> 'amount'
    );
  end loop;
  return btrim(v_made);
end;
$$;
create function pg_temp.reverse() returns text
language plpgsql
as $$
declare
  v_id uuid;
  v_fact jsonb;
  v_made text := '';
begin
  for v_id in select reversal_id from public.list_reversals_to_make() order by 1 loop
    v_fact := public.prepare_reversal_for_job(v_id);
    if v_fact ->> 'status' = 'pending' then
      perform public.record_reversal(v_id, 'trr_' || v_id);
    end if;
    v_made := v_made || concat_ws(' ', '', v_fact ->> 'cause', v_fact ->> 'status', v_fact ->> 'amount');
  end loop;
  return btrim(v_made);
end;
$$;
-- Refunded and carried out by the provider; lines: {"apple": 1}, or an amount.
create function pg_temp.refunded(
  name text, amount bigint default null, pieces jsonb default null, actor text default 'owner'
) returns void
language plpgsql
as $$
begin
  perform pg_temp.ask('refund', actor, format(
    'public.request_refund({%s}, amount => %s, lines => %L)', name, coalesce(amount::text, 'null'),
    (
      select jsonb_agg(jsonb_build_object('order_line_id', order_lines.id, 'quantity', piece.value::integer))
      from jsonb_each_text(pieces) as piece
      join ids on ids.name = piece.key
      join public.order_lines on order_lines.variant_id::text = ids.value
      where order_lines.order_id::text = (select value from ids where ids.name = refunded.name)
    )
  ));
  perform pg_temp.name_value('refund', (select value ->> 'id' from answers where answers.name = 'refund'));
  perform pg_temp.ask('decided', actor, 'public.decide_refund({refund}, true)');
end;
$$;
create function pg_temp.dispute(
  name text, dispute text, amount bigint, status text default 'needs_response', fee bigint default 0
) returns jsonb
language sql
as $$
  select jsonb_build_object(
    'kind', 'dispute', 'dispute_id', dispute, 'intent_id', 'pi_' || name, 'amount', amount, 'currency', 'USD',
    'reason', 'fraudulent', 'status', status, 'fee_amount', fee
  )
$$;
-- The sums of all accounts that this test has moved.
create function pg_temp.money() returns text
language sql
as $$
  select coalesce(string_agg(format('%s %s', account.name, account.amount), ' ' order by account.name), '')
  from (
    select
      case ledger_accounts.kind
        when 'provider' then 'P' when 'commission' then 'K' when 'fees' then 'F' when 'discounts' then 'G'
        when 'disputed' then 'Q' when 'dispute_costs' then 'QF' when 'unallocated' then 'U' when 'adjustments' then 'A'
        when 'store' then 'S:' || ids.name when 'cash' then 'H:' || ids.name
      end as name,
      sum(ledger_entries.amount) as amount
    from private.ledger_entries
    join private.ledger_postings on ledger_postings.id = ledger_entries.posting_id
    join private.ledger_accounts on ledger_accounts.id = ledger_entries.account_id
    left join ids on ids.value = ledger_accounts.store_id::text
    where ledger_postings.created_at = now() and ledger_accounts.kind not in ('wallet', 'wallets')
    group by 1
  ) as account
  where account.amount <> 0
$$;
-- The postings of one kind, each as its entries.
create function pg_temp.postings(kind text) returns text
language sql
as $$
  select coalesce(string_agg(posting.entries, '; ' order by posting.entries), '')
  from (
    select string_agg(
      format(
        '%s%s',
        case ledger_accounts.kind
          when 'provider' then 'P' when 'commission' then 'K' when 'fees' then 'F' when 'discounts' then 'G'
          when 'disputed' then 'Q' when 'dispute_costs' then 'QF' when 'unallocated' then 'U'
          when 'adjustments' then 'A' when 'store' then 'S:' || ids.name when 'cash' then 'H:' || ids.name
        end,
        to_char(ledger_entries.amount, 'SGFM999999999')
      ),
      ' ' order by ledger_entries.position
    ) as entries
    from private.ledger_entries
    join private.ledger_postings on ledger_postings.id = ledger_entries.posting_id
    join private.ledger_accounts on ledger_accounts.id = ledger_entries.account_id
    left join ids on ids.value = ledger_accounts.store_id::text
    where ledger_postings.created_at = now()
      and ledger_postings.kind = postings.kind
      and ledger_accounts.kind not in ('wallet', 'wallets')
    group by ledger_postings.id
  ) as posting
$$;
-- A store's money in one currency: payable, pending, on hold, debt.
create function pg_temp.balance(store text, currency text default 'USD') returns text
language sql
as $$
  select format(
    'payable %s pending %s on hold %s debt %s', item.value -> 'payable_amount', item.value -> 'pending_amount',
    item.value -> 'on_hold_amount', item.value -> 'debt_amount'
  )
  from jsonb_array_elements(
    pg_temp.ask('balance', 'admin', format('public.store_balance({%s})', store)) -> 'currencies'
  ) as item
  where item.value ->> 'currency' = balance.currency
$$;
update public.stores set tax_rate_bps = 0 where id::text in (select value from ids where name in ('olgas', 'ritas',
  'yen'));
update private.settings set payout_hold_days = 0;
