-- The marketplace's money, with exact figures: commissions, sales, refunds and disputes in the ledger, transfers and
-- reversals. Each part stands alone: what it did is undone before the next.
begin;
set local search_path = public, extensions;
select plan(76);
-- include: actors, orders, money

-- One charge, two stores.
savepoint part;
select pg_temp.price('apple', 6000), pg_temp.price('cherry', 4000);
select pg_temp.commission('olgas', 1000), pg_temp.commission('ritas', 1250);
select pg_temp.paid('sale', '[{"apple": 1, "cherry": 1}]');
select pg_temp.fee('sale', 320);
select is(
  pg_temp.postings('sale'), 'P+4000 S:ritas-4000; P+6000 S:olgas-6000', 'a charge is owed to the stores that sold'
);
select is(
  pg_temp.postings('commission'), 'S:olgas+600 K-600; S:ritas+500 K-500',
  'the commission is taken from what a store is owed'
);
select is(pg_temp.postings('fee'), 'F+320 P-320', 'what the provider keeps is borne by the marketplace');
select is(
  pg_temp.balance('olgas'),
  'payable 0 pending 5400 on hold 0 debt 0', 'an order is pending until it is delivered'
);
select is(pg_temp.transfer(), '', 'nothing is sent before delivery');
select pg_temp.delivered('sale olgas'), pg_temp.delivered('sale ritas', 'rival');
select is(pg_temp.balance('ritas'), 'payable 3500 pending 0 on hold 0 debt 0', 'a delivered order is payable');
select is(pg_temp.transfer(), '', 'nothing is sent to a store that has no account at the provider');
select pg_temp.onboarded('olgas', 'owner'), pg_temp.onboarded('ritas', 'rival');
select is(pg_temp.transfer(), 'olgas pending 5400 ritas pending 3500', 'what is payable is sent to each store');
select is(pg_temp.transfer(), '', 'what was sent is not sent again');
select is(
  pg_temp.postings('transfer'), 'S:olgas+5400 P-5400; S:ritas+3500 P-3500', 'a transfer settles what is owed'
);
select is(
  pg_temp.money(),
  'F 320 K -1100 P 780', 'the marketplace keeps its commission less the fee, and owes nothing'
);
select is(
  (select string_agg(concat_ws(' ', amount, payment_id is not null), ', ' order by amount) from public.transfers
    where created_at = now()),
  '3500 t, 5400 t', 'transfers are taken from the charge that paid for them'
);
set constraints all immediate;
select is_empty('select * from private.check_invariants()', 'the books balance when all is sent');
rollback to part;

-- Commission per line, rounded half up.
savepoint part;
select pg_temp.price('apple', 645), pg_temp.commission('olgas', 3000);
select pg_temp.paid('sale', '[{"apple": 1}]');
select is(pg_temp.money(), 'K -194 P 645 S:olgas -451', '30 % of 6.45 is 1.94, and the store gets the rest');
rollback to part;
savepoint part;
set constraints all deferred;
insert into public.products (id, store_id, category_id, name, slug, status, currency)
select
  ('b2000000-0000-4000-8000-00000000001' || position)::uuid, 'b1000000-0000-4000-8000-000000000001',
  (select id from public.categories where slug = 'orders-things'), 'Small ' || position, 'orders-small-' || position,
  'active', 'USD'
from generate_series(1, 3) as position;
insert into public.product_variants (id, product_id, store_id, mrp_amount, price_amount, currency)
select ('b3' || substring(id::text from 3))::uuid, id, store_id, 33, 33, 'USD'
from public.products where slug like 'orders-small-%';
set constraints all immediate;
update public.stock_levels set on_hand = 20 where variant_id::text like 'b3000000-%-00000000001%';
insert into public.stock_moves (variant_id, store_id, quantity, reason)
select id, store_id, 20, 'initial' from public.product_variants where id::text like 'b3000000-%-00000000001%';
insert into ids
select 'small ' || right(id::text, 1), id::text from public.product_variants
where id::text like 'b3000000-%-00000000001%';
select pg_temp.commission('olgas', 1000);
select pg_temp.paid('thirds', '[{"small 1": 1, "small 2": 1, "small 3": 1}]');
select is(pg_temp.money(), 'K -9 P 99 S:olgas -90', 'three lines of 0.33 at 10 % are 3 + 3 + 3, not 10');
select pg_temp.price('small 1', 115), pg_temp.price('small 2', 115), pg_temp.price('small 3', 115);
select pg_temp.paid('tenths', '[{"small 1": 1, "small 2": 1, "small 3": 1}]');
select is(
  (
    select string_agg(commission_amount::text, ' ') from public.order_lines
    where order_id::text = (select value from ids where name = 'tenths olgas')
  ),
  '12 12 12', 'three lines of 1.15 at 10 % are 12 each'
);
rollback to part;
savepoint part;
select pg_temp.price('yuzu', 1999), pg_temp.commission('yen', 1250);
select pg_temp.paid('sale', '[{"yuzu": 1}]');
select is(pg_temp.money(), 'K -250 P 1999 S:yen -1749', '12.5 % of 1,999 yen is 250, in whole yen');
select pg_temp.delivered('sale yen', 'rival'), pg_temp.onboarded('yen', 'rival');
select is(pg_temp.transfer(), 'yen pending 1749', 'yen are sent in whole yen');
rollback to part;

-- Units refunded one by one: the parts sum to the whole.
savepoint part;
select pg_temp.price('apple', 149), pg_temp.commission('olgas', 1200);
select pg_temp.paid('sale', '[{"apple": 7}]');
select is(
  (select commission_bps || ' ' || commission_amount from public.order_lines
    where order_id::text = (select value from ids where name = 'sale olgas')),
  '1200 125', 'the rate and the amount of the commission stand on the line'
);
select pg_temp.refunded('sale olgas', pieces => '{"apple": 1}')
from generate_series(1, 7);
select is(
  (select string_agg(format('%s/%s', store.amount, kept.amount), ' ' order by refunds.id)
    from public.refunds
    join private.ledger_postings on ledger_postings.cause_id = refunds.id and ledger_postings.kind = 'refund'
    join private.ledger_entries as store on store.posting_id = ledger_postings.id and store.number is not null
    join private.ledger_accounts on ledger_accounts.kind = 'commission' and ledger_accounts.currency = 'USD'
    join private.ledger_entries as kept on kept.posting_id = ledger_postings.id and kept.account_id = ledger_accounts.id
    where refunds.order_id::text = (select value from ids where name = 'sale olgas')),
  '131/18 131/18 131/18 132/17 131/18 131/18 131/18', 'seven refunds of one piece give back 918 and 125, no cent more'
);
select is(pg_temp.money(), '', 'after the last piece nothing is owed and nothing kept');
rollback to part;
savepoint part;
select pg_temp.price('apple', 1999), pg_temp.commission('olgas', 850);
select pg_temp.paid('sale', '[{"apple": 1}]');
select pg_temp.refunded('sale olgas', 500), pg_temp.refunded('sale olgas', 500);
select is(
  pg_temp.money(),
  'K -85 P 999 S:olgas -914', 'two refunds of 5.00 of 19.99 give back 43 and 42 of the commission'
);
select is(
  pg_temp.postings('refund'), 'S:olgas+457 K+43 P-500; S:olgas+458 K+42 P-500',
  'what is kept is worked out from what is left, not from each refund'
);
select pg_temp.refunded('sale olgas', 999);
select is(pg_temp.money(), '', 'the last refund by amount gives back the rest: 85');
rollback to part;

-- A full refund after the store was paid.
savepoint part;
select pg_temp.price('apple', 6000), pg_temp.commission('olgas', 1000), pg_temp.onboarded('olgas', 'owner');
select pg_temp.paid('sale', '[{"apple": 1}]');
select pg_temp.fee('sale', 204);
select pg_temp.delivered('sale olgas');
select is(pg_temp.transfer(), 'olgas pending 5400', 'a sale of 60.00 at 10 % sends 54.00');
select pg_temp.refunded('sale olgas');
select is(pg_temp.postings('refund'), 'S:olgas+5400 K+600 P-6000', 'a refund is booked when it is decided');
select is(
  pg_temp.balance('olgas'),
  'payable 0 pending 0 on hold 0 debt 5400', 'until it comes back, the store owes it'
);
select public.attach_refund((select value::uuid from ids where name = 'refund'), 're_1', 'succeeded');
select pg_temp.event(jsonb_build_object(
  'kind', 'refund', 'provider_refund_id', 're_1', 'intent_id', 'pi_sale', 'amount', 6000, 'currency', 'USD',
  'status', 'succeeded'
)) from generate_series(1, 3);
select is(
  (select string_agg(cause || ' ' || amount || ' ' || status, ', ') from public.transfer_reversals
    where created_at = now()),
  'refund 5400 pending', 'one reversal is made for a refund, however often it is told'
);
select is(pg_temp.reverse(), 'refund pending 5400', 'a reversal is carried out by the job');
select is(pg_temp.reverse(), '', 'a reversal is carried out once');
select is(pg_temp.postings('reversal'), 'S:olgas-5400 P+5400', 'a reversal takes back what was sent');
select is(pg_temp.money(), 'F 204 P -204', 'after a full refund only the fee is lost, and the marketplace bears it');
rollback to part;

-- A dispute, lost and won, told in any order and twice.
savepoint part;
select pg_temp.price('apple', 6000), pg_temp.commission('olgas', 1000), pg_temp.onboarded('olgas', 'owner');
select pg_temp.paid('sale', '[{"apple": 1}]'), pg_temp.delivered('sale olgas'), pg_temp.transfer();
savepoint disputed;
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 6000, 'warning_needs_response', 0));
select is(pg_temp.postings('dispute'), '', 'an inquiry moves no money');
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 6000, 'needs_response', 1500));
select is(
  pg_temp.postings('dispute') || '; ' || pg_temp.postings('dispute_fee'), 'Q+6000 P-6000; QF+1500 P-1500',
  'the bank takes what is disputed and its fee'
);
select is(pg_temp.reverse(), 'dispute pending 5400', 'what the store was sent is asked back while the bank decides');
select is(
  pg_temp.balance('olgas'), 'payable 0 pending 0 on hold 5400 debt 0', 'what is disputed is held: owed, not payable'
);
select is(pg_temp.transfer(), '', 'what is held is not sent again');
savepoint decided;
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 6000, 'lost', 1500)) from generate_series(1, 2);
select is(
  pg_temp.postings('refund'),
  'S:olgas+5400 K+600 Q-6000', 'a lost dispute is borne by the store, the commission goes back'
);
select is(pg_temp.money(), 'P -1500 QF 1500', 'a lost dispute costs the marketplace its fee');
select is(
  pg_temp.balance('olgas'),
  'payable 0 pending 0 on hold 0 debt 0', 'the store has lost the sale and owes nothing'
);
set constraints all immediate;
select is_empty('select * from private.check_invariants()', 'the books balance after a lost dispute');
rollback to decided;
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 6000, 'won', 1500)) from generate_series(1, 2);
select is(pg_temp.transfer(), 'olgas pending 5400', 'what was held is sent again when the dispute is won');
select is(pg_temp.money(), 'K -600 P -900 QF 1500', 'a won dispute costs the marketplace its fee');
select is(
  (select string_agg(concat_ws(' ', part, payment_id is not null), ', ' order by part) from public.transfers
    where created_at = now()),
  '1 t, 2 f', 'what is sent again is not taken from the charge a second time'
);
set constraints all immediate;
select is_empty('select * from private.check_invariants()', 'the books balance after a won dispute');
rollback to disputed;
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 6000, 'lost', 1500));
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 6000, 'needs_response', 1500));
select is(
  pg_temp.reverse(),
  'refund pending 5400', 'of a dispute that is told when it is lost, the store gives back what it was sent'
);
select is(pg_temp.money(), 'P -1500 QF 1500', 'events of a dispute in another order have the same end');
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 6000, 'won', 1500));
select is(
  pg_temp.transfer(),
  'olgas pending 5400', 'a bank that decides otherwise after all gives the store its money again'
);
select is(pg_temp.money(), 'K -600 P -900 QF 1500', 'a dispute that was lost and then won ends as one that was won');
set constraints all immediate;
select is_empty(
  'select * from private.check_invariants()',
  'the books balance after a dispute that was lost and then won'
);
rollback to part;

-- A refund and a dispute of one charge over two stores.
savepoint part;
select pg_temp.price('apple', 6000), pg_temp.price('cherry', 4000);
select pg_temp.commission('olgas', 1000), pg_temp.commission('ritas', 1250);
select pg_temp.paid('sale', '[{"apple": 1, "cherry": 1}]');
select pg_temp.refunded('sale olgas', 2000);
select public.attach_refund((select value::uuid from ids where name = 'refund'), 're_1', 'succeeded');
savepoint refunded;
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 8000));
select is(
  pg_temp.attempt('customer', 'select public.request_refund({sale olgas}, amount => 100)'), 'PT409 payment_disputed',
  'while a bank decides, nothing is refunded'
);
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 8000, 'lost'));
select is(
  pg_temp.postings('refund'), 'S:olgas+1800 K+200 P-2000; S:olgas+3600 K+400 Q-4000; S:ritas+3500 K+500 Q-4000',
  'a dispute of what is left of two stores takes it from each; with the refund, 54.00 of one, never more'
);
rollback to refunded;
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 5000, 'lost'));
select is(
  (select string_agg(amount::text, ' ') from public.dispute_shares where status = 'lost'
    and dispute_id in (select id from public.disputes where provider_dispute_id = 'du_1')),
  '2500 2500', 'a dispute is shared by what is left of each order'
);
rollback to part;

-- Shipping and tax: the commission is on the goods.
savepoint part;
select pg_temp.price('apple', 5000), pg_temp.commission('olgas', 1000);
select pg_temp.attempt(
  'owner',
  $$
    insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
    values ({olgas}, 'Post', 'flat', 2000, 'USD')
  $$
);
select pg_temp.paid('sale', '[{"apple": 2}]');
select is(
  pg_temp.money(),
  'K -1000 P 12000 S:olgas -11000', 'goods of 100.00 and shipping of 20.00 at 10 % owe 110.00'
);
savepoint sold;
select pg_temp.refunded('sale olgas', pieces => '{"apple": 1}');
select is(
  pg_temp.money(),
  'K -500 P 7000 S:olgas -6500', 'after 50.00 of the goods were refunded, 65.00 is owed and 5.00 kept'
);
rollback to sold;
select pg_temp.refunded('sale olgas', 5000);
select is(pg_temp.money(), 'K -500 P 7000 S:olgas -6500', 'a refund by amount is of the goods first');
select pg_temp.refunded('sale olgas', 6000);
select is(pg_temp.money(), 'P 1000 S:olgas -1000', 'of what is left then, shipping is the last, without commission');
rollback to part;
savepoint part;
select pg_temp.price('cherry', 4000), pg_temp.commission('ritas', 1000);
update public.stores set tax_rate_bps = 800 where id::text = (select value from ids where name = 'ritas');
select pg_temp.attempt(
  'rival',
  $$
    insert into public.shipping_methods (store_id, name, kind, rate_amount, currency)
    values ({ritas}, 'Post', 'flat', 500, 'USD')
  $$
);
select pg_temp.paid('sale', '[{"cherry": 1}]');
select is(
  pg_temp.money(),
  'K -400 P 4820 S:ritas -4420', 'tax on top is the store''s: of 48.20 at 10 % of 40.00, 44.20 is owed'
);
rollback to part;
savepoint part;
select pg_temp.price('apple', 4000), pg_temp.commission('olgas', 1000);
update public.stores set tax_rate_bps = 800 where id::text = (select value from ids where name = 'olgas');
select pg_temp.paid('sale', '[{"apple": 1}]');
select is(
  (select included_tax_amount || ' ' || commission_amount from public.order_lines
    where order_id::text = (select value from ids where name = 'sale olgas')),
  '296 400', 'tax in the price changes nothing: the commission is on the price shown'
);
rollback to part;

-- Cash: the store has it, and owes the commission; the next sale by card pays for it.
savepoint part;
select pg_temp.price('apple', 4000), pg_temp.commission('olgas', 1000), pg_temp.onboarded('olgas', 'owner');
select pg_temp.order('cash', 'cash_on_delivery', '[{"apple": 1}]');
select is(pg_temp.money(), '', 'cash that was not collected is in no books');
select pg_temp.attempt('staff', 'select public.record_cash_payment({cash olgas})');
select is(
  concat_ws('; ', pg_temp.postings('cash_sale'), pg_temp.postings('commission'), pg_temp.postings('cash_kept')),
  'H:olgas+4000 S:olgas-4000; S:olgas+400 K-400; S:olgas+4000 H:olgas-4000',
  'the store keeps the cash and owes the commission'
);
select is(pg_temp.balance('olgas'), 'payable 0 pending 0 on hold 0 debt 400', 'a store that sold for cash owes 4.00');
select pg_temp.delivered('cash olgas');
savepoint sold;
select pg_temp.price('apple', 3000);
select pg_temp.paid('card', '[{"apple": 1}]');
select is(
  pg_temp.balance('olgas'),
  'payable 0 pending 2700 on hold 0 debt 400', 'a debt is no part of what is pending'
);
select pg_temp.delivered('card olgas');
select is(
  pg_temp.balance('olgas'),
  'payable 2300 pending 0 on hold 0 debt 0', 'what becomes payable pays the debt first'
);
select is(pg_temp.transfer(), 'olgas pending 2300', 'the transfer is smaller by the debt');
select is(pg_temp.money(), 'K -700 P 700', 'with 40.00 in cash and 30.00 by card, all is settled and 7.00 kept');
select is(pg_temp.transfer(), '', 'a debt that was netted is not sent later');
set constraints all immediate;
select is_empty('select * from private.check_invariants()', 'the books balance when a debt was netted');
rollback to sold;
select pg_temp.refunded('cash olgas');
select is(pg_temp.postings('refund'), 'S:olgas-400 K+400', 'when the store hands cash back, the commission goes back');
select is(pg_temp.money(), '', 'after a cash refund nobody owes anything');
rollback to part;

-- A rate that changes later changes nothing that was sold.
savepoint part;
select pg_temp.price('apple', 5000), pg_temp.commission('olgas', 1000);
select pg_temp.paid('first', '[{"apple": 1}]');
select pg_temp.commission('olgas', 1500);
select pg_temp.paid('second', '[{"apple": 1}]');
select is(pg_temp.money(), 'K -1250 P 10000 S:olgas -8750', 'two sales keep the rates they were sold at');
select pg_temp.refunded('first olgas');
select is(
  pg_temp.postings('refund'),
  'S:olgas+4500 K+500 P-5000', 'a refund gives back the rate it was sold at, no blend'
);
select is(pg_temp.money(), 'K -750 P 5000 S:olgas -4250', 'what is left keeps its own rate: 7.50');
rollback to part;

-- Discounts are spread over lines so that they add up.
select is(
  private.allocate(1000, array[3333, 3333, 3334], 1), array[333, 333, 334]::bigint[],
  '10.00 over 33.33, 33.33 and 33.34 is 3.33, 3.33 and 3.34'
);
select is(
  private.allocate(500, array[1299, 750, 49], 1), array[309, 179, 12]::bigint[],
  '5.00 over 12.99, 7.50 and 0.49 is 3.09, 1.79 and 0.12'
);
select is(
  private.allocate(100, array[500, 500, 500], 1), array[34, 33, 33]::bigint[],
  'of 1.00 over three equal lines, the first bears the odd cent'
);
rollback;
