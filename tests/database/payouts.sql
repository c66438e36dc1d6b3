-- Money on its way to stores and their banks: what happens while it is under way, what fails, and who may ask for it.
-- Each part stands alone: what it did is undone before the next.
begin;
set local search_path = public, extensions;
select plan(107);
-- include: actors, orders, money
select pg_temp.price('apple', 6000), pg_temp.commission('olgas', 1000), pg_temp.onboarded('olgas', 'owner');

-- A refund while a transfer is under way.
savepoint part;
select pg_temp.paid('sale', '[{"apple": 1}]'), pg_temp.delivered('sale olgas');
select pg_temp.name_value('transfer', transfer_id::text) from public.list_transfers_to_make();
savepoint listed;
select pg_temp.refunded('sale olgas', 2000);
select is(
  pg_temp.ask('facts', 'service', 'public.prepare_transfer_for_job({transfer})') -> 'amount', '3600',
  'a transfer that was not sent yet is smaller after a refund'
);
select pg_temp.refunded('sale olgas');
select is(
  pg_temp.ask('facts', 'service', 'public.prepare_transfer_for_job({transfer})') -> 'amount', '3600',
  'a transfer that may be at the provider keeps its amount, whatever was refunded since'
);
select pg_temp.attempt('service', 'select public.record_transfer({transfer}, ''tr_1'')');
select is(pg_temp.reverse(), 'refund pending 3600', 'what was sent although it was refunded meanwhile is asked back');
select is(pg_temp.money(), '', 'a refund that overtook its transfer ends as any other');
rollback to listed;
select pg_temp.refunded('sale olgas');
select is(
  pg_temp.ask('facts', 'service', 'public.prepare_transfer_for_job({transfer})') ->> 'status', 'canceled',
  'a transfer of which nothing is due any more is not sent'
);
select is(
  pg_temp.balance('olgas'),
  'payable 0 pending 0 on hold 0 debt 0', 'a transfer that was not sent leaves nothing owed'
);
rollback to listed;

-- What the provider says.
select is(
  pg_temp.ask('facts', 'service', 'public.prepare_transfer_for_job({transfer})') - 'transfer_id' - 'transfer_group'
    - 'store_id' - 'order_id',
  '{"status": "pending", "attempt": 1, "amount": 5400, "currency": "USD", "account_id": "acct_olgas",
    "source_charge_id": "ch_sale", "called_at": null, "provider_transfer_id": null}'::jsonb,
  'a transfer says what the provider is to be told'
);
select isnt(
  pg_temp.ask('facts', 'service', 'public.prepare_transfer_for_job({transfer})') ->> 'called_at', null,
  'a transfer that is handed out again says since when it may be at the provider'
);
select is(
  pg_temp.ask('failure', 'service', 'public.record_transfer_failure({transfer}, ''account_restricted'', ''No.'')')
    - 'transfer_id',
  '{"status": "pending", "attempt": 2}', 'a transfer that was refused is tried again with a new key'
);
select is(
  pg_temp.ask('facts', 'service', 'public.prepare_transfer_for_job({transfer})') ->> 'called_at', null,
  'the new attempt has not been sent yet'
);
select is(pg_temp.transfer(), '', 'a transfer that was refused waits before it is tried again');
select is(
  pg_temp.attempt('service', 'select public.record_transfer({transfer}, ''tr_1'')'), '1', 'the provider made it at last'
);
select is(
  pg_temp.attempt('service', 'select public.record_transfer({transfer}, ''tr_2'')'), 'PT409 transfer_conflict',
  'a transfer is made once'
);
select is(
  pg_temp.attempt('service', 'select public.record_transfer(gen_random_uuid(), ''tr_2'')'), 'PT404 transfer_not_found',
  'a transfer that is not there is not made'
);
select is(
  pg_temp.event(jsonb_build_object(
    'kind', 'transfer', 'provider_transfer_id', 'tr_1', 'account_id', 'acct_olgas', 'amount', 5400, 'currency', 'usd'
  )),
  'ignored', 'a transfer that is told again changes nothing'
);
select is(
  pg_temp.event(jsonb_build_object(
    'kind', 'transfer', 'provider_transfer_id', 'tr_unknown', 'account_id', 'acct_olgas', 'amount', 5400,
    'currency', 'usd'
  )),
  'mismatch', 'a transfer that we did not make is shown to a person'
);
select is(pg_temp.money(), 'K -600 P 600', 'one sale was sent once');

-- A reversal that fails: the debt is netted by what is sold next.
select pg_temp.refunded('sale olgas');
select pg_temp.attempt('service', format(
  'select public.record_reversal_failure(%L, ''balance_insufficient'', ''Nothing there.'')', reversal_id
)) from public.list_reversals_to_make();
select is(
  (select string_agg(message, '') from private.alerts where rule = 'reversal_failed' and created_at = now())
    like '%balance_insufficient. The store owes it.', true,
  'operators hear of a reversal that failed'
);
select is(pg_temp.balance('olgas'), 'payable 0 pending 0 on hold 0 debt 5400', 'what did not come back is a debt');
select pg_temp.paid('next', '[{"apple": 1}]'), pg_temp.delivered('next olgas');
select is(pg_temp.transfer(), '', 'a sale of 54.00 pays a debt of 54.00, and nothing is sent');
select pg_temp.paid('third', '[{"apple": 2}]'), pg_temp.delivered('third olgas');
select is(
  pg_temp.transfer(),
  'olgas pending 5400 olgas pending 5400', 'the next sale is sent, and no cent more than is owed'
);
select is(
  pg_temp.money(),
  'K -1800 P 1800', 'a debt that was netted is settled: three sales of which one was refunded'
);
select is(pg_temp.transfer(), '', 'a store is never sent more than it has earned');
set constraints all immediate;
select is_empty('select * from private.check_invariants()', 'the books balance after a reversal failed');
rollback to part;

-- Hold days are counted from delivery.
savepoint part;
update private.settings set payout_hold_days = 7;
select pg_temp.paid('sale', '[{"apple": 1}]'), pg_temp.delivered('sale olgas');
update private.settings set payout_hold_days = 0;
select is(
  pg_temp.balance('olgas'),
  'payable 0 pending 5400 on hold 0 debt 0', 'a sale is pending for the hold days after delivery'
);
select is(pg_temp.transfer(), '', 'nothing is sent within the hold days');
update private.earnings set release_at = release_at - interval '7 days'
where id::text = (select value from ids where name = 'sale olgas');
select is(
  pg_temp.transfer(),
  'olgas pending 5400', 'a sale is sent when the hold days that were set at delivery are over'
);
rollback to part;

-- An order that is cancelled, a payment that came too late, a refund that failed, one made at the dashboard.
savepoint part;
select pg_temp.paid('sale', '[{"apple": 2}]');
select pg_temp.attempt('customer', 'select public.cancel_order({sale olgas})');
select is(pg_temp.money(), '', 'a cancelled order owes nothing');
rollback to part;
select pg_temp.prepared('late', 'card', '[{"apple": 1}]');
select pg_temp.attempt('customer', 'select public.cancel_order({late olgas})');
select pg_temp.event(pg_temp.intent('late'));
select is(
  pg_temp.postings('late_payment') || '; ' || pg_temp.postings('refund'), 'P+6000 U-6000; U+6000 P-6000',
  'a payment that came too late is no store''s, and goes back'
);
rollback to part;
select pg_temp.paid('sale', '[{"apple": 2}]');
select pg_temp.refunded('sale olgas', 2000);
select public.attach_refund((select value::uuid from ids where name = 'refund'), 're_1', 'failed', 'lost_card');
select is(pg_temp.money(), 'K -1200 P 12000 S:olgas -10800', 'a refund that failed is the store''s money again');
select is(
  (select string_agg(kind, ' ' order by id) from private.ledger_postings
    where cause_id = (select value::uuid from ids where name = 'refund')),
  'refund refund_returned', 'what was booked is taken back by a posting of its own'
);
select pg_temp.refunded('sale olgas', 5000);
select pg_temp.event(jsonb_build_object(
  'kind', 'refund', 'provider_refund_id', 're_2', 'intent_id', 'pi_sale', 'amount', 9000, 'currency', 'USD',
  'status', 'succeeded'
));
select is(
  pg_temp.postings('refund_cut'), 'S:olgas-1800 K-200 P+2000',
  'a refund that had to shrink for one at the dashboard gives the store back what it is not'
);
select is(pg_temp.money(), '', 'both refunds together take all of the sale');
rollback to part;

-- What the marketplace pays for itself.
savepoint part;
insert into public.coupons (code, kind, percent_bps) values ('HALF', 'percentage', 5000), ('ALL', 'percentage', 10000);
select pg_temp.paid('sale', '[{"apple": 1}]', 'HALF');
select is(
  pg_temp.postings('sale') || '; ' || pg_temp.postings('commission'), 'P+3000 G+3000 S:olgas-6000; S:olgas+600 K-600',
  'a coupon of the marketplace costs the store nothing, and its commission is on the full price'
);
select pg_temp.delivered('sale olgas');
select is(
  pg_temp.transfer(),
  'olgas pending 3000 olgas pending 2400', 'a sale is sent in two parts, if the marketplace pays one'
);
select is(
  (select string_agg(concat_ws(' ', amount, payment_id is not null), ', ' order by part) from public.transfers
    where created_at = now()),
  '3000 t, 2400 f', 'no more is taken from a charge than it was'
);
select pg_temp.refunded('sale olgas', 1500);
select is(
  pg_temp.postings('refund'), 'S:olgas+2700 K+300 G-1500 P-1500',
  'when half of the price goes back, half of the marketplace''s discount does'
);
select is(pg_temp.reverse(), 'refund pending 2400 refund pending 300', 'the newest part comes back first');
select pg_temp.refunded('sale olgas');
select pg_temp.reverse();
select is(pg_temp.money(), '', 'when all of the price goes back, so does the discount');
rollback to part;
select pg_temp.order('free', 'card', '[{"apple": 1}]', 'ALL');
select is(
  pg_temp.money(), '', 'a coupon that was not there takes nothing off'
);
rollback to part;
insert into public.coupons (code, kind, percent_bps) values ('ALL', 'percentage', 10000);
select pg_temp.order('free', 'card', '[{"apple": 1}]', 'ALL');
select is(
  pg_temp.money(),
  'G 6000 K -600 S:olgas -5400', 'what costs its customer nothing is owed to the store by the marketplace'
);
savepoint sold;
select pg_temp.attempt('customer', 'select public.cancel_order({free olgas})');
select is(pg_temp.money(), '', 'when it is cancelled, nothing is owed');
rollback to sold;
select pg_temp.delivered('free olgas');
select is(pg_temp.transfer(), 'olgas pending 5400', 'it is sent like any sale');
set constraints all immediate;
select is_empty('select * from private.check_invariants()', 'the books balance with what the marketplace pays for');
rollback to part;

-- Which commission counts.
savepoint part;
select is(
  pg_temp.attempt('admin', 'select public.set_commission(''store'', {olgas}, null)'), '1', 'a rule can be ended'
);
select pg_temp.attempt('admin', 'select public.set_commission(''platform'', null, null)');
select pg_temp.remember('things', $$select id from public.categories where slug = 'orders-things'$$);
insert into public.categories (name, slug) values ('All things', 'all-things');
update public.categories set parent_id = (select id from public.categories where slug = 'all-things')
where slug = 'orders-things';
select pg_temp.remember('all things', $$select id from public.categories where slug = 'all-things'$$);
create function pg_temp.kept() returns text
language sql
as $$
  select format(
    '%s %s', rule.bps, private.commission_amount(rule, 6000, 1)
  )
  from private.commission_rule(
    (select value::uuid from ids where name = 'olgas'), (select value::uuid from ids where name = 'things'), 'USD'
  ) as rule
$$;
select is(pg_temp.kept(), ' 0', 'without a rule nothing is kept');
select pg_temp.attempt('admin', 'select public.set_commission(''platform'', null, 800)');
select is(pg_temp.kept(), '800 480', 'the rule for everything counts when there is no other');
select pg_temp.attempt('admin', 'select public.set_commission(''category'', {all things}, 700)');
select is(pg_temp.kept(), '700 420', 'the rule of a category counts for those below it');
select pg_temp.attempt('admin', 'select public.set_commission(''category'', {things}, 600)');
select is(pg_temp.kept(), '600 360', 'the nearest category counts');
select pg_temp.attempt('admin', 'select public.set_commission(''store'', {olgas}, 500)');
select is(pg_temp.kept(), '500 300', 'an agreement with the store counts before any category');
select pg_temp.attempt('admin', 'select public.set_commission(''store'', {olgas}, 500, 30, 100, 320, ''USD'')');
select is(pg_temp.kept(), '500 320', 'the rule for the currency counts before the one for all, and its most is kept');
select pg_temp.attempt('admin', 'select public.set_commission(''store'', {olgas}, 100, 30, 100, 320, ''USD'')');
select is(pg_temp.kept(), '100 100', 'at least the least is kept');
select pg_temp.attempt('admin', 'select public.set_commission(''store'', {olgas}, 100, 30, 0, null, ''USD'')');
select is(pg_temp.kept(), '100 90', 'a fixed part is added');
select is(
  pg_temp.attempt('admin', 'select public.set_commission(''store'', {olgas}, 100, 30)'), 'PT422 invalid_commission',
  'an amount needs a currency'
);
select is(
  pg_temp.attempt('owner', 'select public.set_commission(''store'', {olgas}, 0)'), 'PT403 platform_admin_required',
  'a store does not choose what it pays'
);
select is(
  (select count(*)::integer from public.audit_log where table_name = 'commission_rules' and at = now()), 10,
  'every change of a rule stands in the log'
);
rollback to part;

-- Paying out.
savepoint part;
select pg_temp.price('apple', 50000), pg_temp.commission('olgas', 0);
select pg_temp.paid('a', '[{"apple": 1}]'), pg_temp.delivered('a olgas'), pg_temp.transfer();
select pg_temp.price('apple', 30000);
select pg_temp.paid('b', '[{"apple": 1}]'), pg_temp.delivered('b olgas'), pg_temp.transfer();
select pg_temp.price('apple', 45000);
select pg_temp.paid('c', '[{"apple": 1}]'), pg_temp.delivered('c olgas'), pg_temp.transfer();
create function pg_temp.available() returns text
language sql
as $$
  select pg_temp.ask('balance', 'owner', 'public.store_balance({olgas})') #>> '{currencies,0,available_amount}'
$$;
select is(pg_temp.available(), '125000', 'what was sent to a store can be paid out');
select is(
  pg_temp.attempt('owner', 'select public.request_payout({olgas}, 80000, ''USD'', ''p1'')'),
  'PT403 second_factor_required', 'paying out needs a second factor'
);
select is(
  pg_temp.attempt('rival with second factor', 'select public.request_payout({olgas}, 80000, ''USD'', ''p1'')'),
  'PT403 store_role_required', 'another store''s money is not paid out'
);
savepoint whole;
select pg_temp.ask('payout', 'owner with second factor', 'public.request_payout({olgas}, 125000, ''USD'', ''p0'')');
select pg_temp.name_value('payout', (select value ->> 'id' from answers where name = 'payout'));
select is(
  (select count(*)::integer from public.list_payouts_to_send()), 1, 'a payout that was asked for is listed to be sent'
);
savepoint listed;
select is(
  pg_temp.ask('facts', 'service', 'public.prepare_payout_for_job({payout}, 90000, 100)') -> 'amount', '80000',
  'when 900.00 of 1,250.00 can be moved, the oldest earnings that fit are paid out: 500.00 and 300.00'
);
select is(pg_temp.available(), '45000', 'the rest stays due');
rollback to listed;
select is(
  pg_temp.ask('facts', 'service', 'public.prepare_payout_for_job({payout}, 60000, 70000)') ->> 'status', 'failed',
  'a payout below the provider''s least ends'
);
select is(
  (select failure_code || ': ' || failure_message from public.payouts
    where id::text = (select value from ids where name = 'payout')),
  'below_minimum: The provider could move 60000 now, and pays out at least 70000.', 'a payout that ended says why'
);
rollback to listed;
select pg_temp.ask('facts', 'service', 'public.prepare_payout_for_job({payout}, 125000)');
select pg_temp.attempt('service', 'select public.record_payout({payout}, ''po_1'', ''pending'')');
select is(pg_temp.available(), '0', 'what was paid out is not there any more');
select pg_temp.attempt('service', 'select public.record_payout({payout}, ''po_1'', ''paid'')') from generate_series(1,
  2);
select pg_temp.event(jsonb_build_object(
  'kind', 'payout', 'provider_payout_id', 'po_1', 'account_id', 'acct_olgas', 'amount', 125000, 'currency', 'usd',
  'status', 'failed', 'failure_code', 'account_closed', 'failure_message', 'The account is closed.'
)) from generate_series(1, 2);
select is(
  (select status || ' ' || failure_code from public.payouts where id::text = (select value from ids where name
    = 'payout')),
  'failed account_closed', 'a payout that the bank sent back has failed, and says why'
);
select is(pg_temp.available(), '125000', 'a payout that was sent back is in the balance again, once');
select is(
  (select string_agg(kind, ' ' order by kind) from public.notifications
    where user_id = 'b0000000-0000-4000-8000-000000000003' and kind like 'payout%'),
  'payout_failed payout_paid', 'the owner is told that it was paid, and that it came back'
);
select is(
  pg_temp.attempt('service', 'select public.record_payout({payout}, ''po_1'', ''paid'')'), '1',
  'an older word of a payout may arrive later'
);
select is(pg_temp.available(), '125000', 'a payout that failed stays so');
set constraints all immediate;
select is_empty('select * from private.check_invariants()', 'the books balance after a payout came back');
rollback to part;

-- Two who ask for the same money, and keys.
savepoint part;
select pg_temp.price('apple', 125000), pg_temp.commission('olgas', 0);
select pg_temp.paid('a', '[{"apple": 1}]'), pg_temp.delivered('a olgas');
select is(
  pg_temp.ask('one', 'owner with second factor', 'public.request_payout({olgas}, 80000, ''USD'', ''p1'')') ->> 'status',
  'requested', 'what is payable can be asked for before it was sent'
);
select is(
  pg_temp.ask('two', 'owner with second factor', 'public.request_payout({olgas}, 80000, ''USD'', ''p1'')') -> 'id',
  (select value -> 'id' from answers where name = 'one'), 'the same key answers the same payout'
);
select is(
  pg_temp.attempt('owner with second factor', 'select public.request_payout({olgas}, 70000, ''USD'', ''p1'')'),
  'PT409 idempotency_key_reused', 'a key is for one payout'
);
select is(
  pg_temp.attempt('owner with second factor', 'select public.request_payout({olgas}, 80000, ''USD'', ''p2'')'),
  'PT409 insufficient_balance', 'of two payouts of 800.00 of 1,250.00, the second is refused'
);
select is(
  (select count(*)::integer from public.list_payouts_to_send()),
  0, 'a payout waits for the transfer that it needs'
);
select pg_temp.transfer();
select is((select count(*)::integer from public.list_payouts_to_send()), 1, 'a payout whose money is there is sent');
select is(
  pg_temp.attempt('owner with second factor', 'select public.request_payout({olgas}, 100, ''EUR'', ''p3'')'),
  'PT409 insufficient_balance', 'there is nothing in a currency that was not sold in'
);
select pg_temp.event(jsonb_build_object(
  'kind', 'account', 'account_id', 'acct_olgas', 'payouts_enabled', false, 'transfers_enabled', true,
  'requirements', '["individual.id_number"]'::jsonb, 'disabled_reason', 'requirements.past_due'
), now() + interval '1 second');
select is(
  pg_temp.attempt('owner with second factor', 'select public.request_payout({olgas}, 100, ''USD'', ''p4'')'),
  'PT409 payouts_not_enabled', 'an account that the provider restricted pays nothing out'
);
select is(
  (select string_agg(data ->> 'disabled_reason', '') from public.notifications
    where kind = 'payout_account_restricted' and user_id = 'b0000000-0000-4000-8000-000000000003'),
  'requirements.past_due', 'the owner is told that the provider wants something'
);
select pg_temp.onboarded('olgas', 'owner');
select is(
  (select payouts_enabled || ' ' || array_to_string(requirements, ',') from public.payout_accounts
    where provider_account_id = 'acct_olgas'),
  'false individual.id_number', 'an older word of an account that arrives later changes nothing'
);
select is(
  pg_temp.attempt('service', 'select public.attach_payout_account({olgas}, ''acct_other'')'),
  'PT409 payout_account_conflict', 'a store has one account at the provider'
);
rollback to part;

-- What is said to a bank.
savepoint part;
select pg_temp.paid('sale', '[{"apple": 1, "cherry": 1}]');
select pg_temp.event(pg_temp.dispute('sale', 'du_1', 6000) || jsonb_build_object('evidence_due_at', now()
  + interval '1 day'));
select pg_temp.remember('dispute', $$select id from public.disputes where provider_dispute_id = 'du_1'$$);
insert into storage.objects (bucket_id, name)
select 'dispute-evidence', store.id || '/' || dispute.value || '/proof.pdf'
from ids as dispute
cross join (select value as id from ids where name in ('olgas', 'ritas')) as store
where dispute.name = 'dispute';
select pg_temp.name_value('proof', (select value from ids where name = 'olgas') || '/' || value || '/proof.pdf')
from ids where name = 'dispute';
select pg_temp.name_value('other proof', (select value from ids where name = 'ritas') || '/' || value || '/proof.pdf')
from ids where name = 'dispute';
select is(
  pg_temp.attempt('staff', 'select public.submit_dispute_evidence({dispute}, ''We sent it.'')'),
  'PT403 store_role_required', 'staff does not speak to the bank'
);
select is(
  pg_temp.attempt('customer', 'select public.submit_dispute_evidence({dispute}, ''We sent it.'')'),
  'PT404 dispute_not_found', 'a dispute is nothing to its customer'
);
select is(
  pg_temp.attempt('manager', 'select public.submit_dispute_evidence({dispute}, ''We sent it.'', array[{other proof}])'),
  'PT422 invalid_evidence', 'nobody hands in the files of another store'
);
select is(
  pg_temp.attempt('manager', 'select public.submit_dispute_evidence({dispute}, ''We sent it.'', array[{proof}])'), '1',
  'a manager says why a payment was right'
);
select is(
  pg_temp.attempt('rival', 'select public.submit_dispute_evidence({dispute}, ''So did we.'', array[{other proof}])'),
    '1',
  'the other store of the payment does, too'
);
select is(
  pg_temp.attempt('rival', 'select id from public.dispute_evidence'), '1', 'a store reads its own evidence'
);
select results_eq(
  'select provider_dispute_id, action, evidence, cardinality(files), attempt from '
  'public.list_dispute_answers_to_send()',
  $$values ('du_1', 'submit', e'We sent it.\n\nSo did we.', 2, 2)$$,
  'what all of them said is handed in together'
);
select is(
  pg_temp.ask('answer', 'service', 'public.record_dispute_answer({dispute}, 2)') ->> 'status', 'sent',
  'an answer that the provider took is sent'
);
select is(
  pg_temp.attempt('manager', 'select public.accept_dispute({dispute})'), 'PT403 platform_admin_required',
  'a dispute of two stores is for the marketplace to accept'
);
select is(pg_temp.attempt('admin', 'select public.accept_dispute({dispute})'), '1', 'an admin accepts a dispute');
select is(
  pg_temp.attempt('manager', 'select public.submit_dispute_evidence({dispute}, ''But…'')'),
  'PT409 dispute_not_answerable', 'a dispute that was accepted takes no evidence any more'
);
select is(
  (select action || ' ' || attempt from public.list_dispute_answers_to_send()), 'accept 3',
  'the provider is told that it is accepted'
);
select is(
  pg_temp.ask('answer', 'service', 'public.record_dispute_answer({dispute}, 3, ''too_late'', ''No.'')') ->> 'status',
  'failed', 'a provider may refuse an answer'
);
rollback to part;
select pg_temp.paid('sale', '[{"apple": 1}]');
select pg_temp.event(pg_temp.dispute('sale', 'du_2', 6000) || jsonb_build_object('evidence_due_at', now()));
select pg_temp.remember('dispute', $$select id from public.disputes where provider_dispute_id = 'du_2'$$);
select is(
  pg_temp.attempt('owner', 'select public.submit_dispute_evidence({dispute}, ''Late.'')'),
  'PT409 dispute_not_answerable', 'evidence is taken until the provider''s deadline'
);
rollback to part;

-- The statement, corrections, and the daily comparison.
savepoint part;
select pg_temp.paid('sale', '[{"apple": 1}]');
select pg_temp.ask('correction', 'admin',
  'public.correct_ledger(''b0000000-0000-4000-8000-00000000aaaa'', {olgas}, ''USD'', -250, ''A label that you used.'')')
from generate_series(1, 2);
select results_eq(
  $$
    select number, kind, amount, balance, note
    from public.store_statement((select value::uuid from ids where name = 'olgas'))
  $$,
  $$
    values (1::bigint, 'sale', 6000::bigint, 6000::bigint, null::text), (2, 'commission', -600, 5400, null),
      (3, 'correction', -250, 5150, 'A label that you used.')
  $$,
  'a statement tells each movement with the balance after it; a correction that is sent twice counts once'
);
select is(
  (select string_agg(number::text, ' ') from public.store_statement(
    (select value::uuid from ids where name = 'olgas'), after => 1
  )),
  '2 3', 'the next page begins after the last entry of the one before'
);
select is(
  (select count(*)::integer from public.store_statement(
    (select value::uuid from ids where name = 'olgas'), current_date + 2, current_date + 3
  )),
  0, 'a statement is of the days that were asked for'
);
select is(
  (select count(*)::integer from public.store_statement(
    (select value::uuid from ids where name = 'olgas'), current_date - 1, current_date + 1
  )),
  3, 'the days of a statement are whole'
);
select matches(
  public.export_statement((select value::uuid from ids where name = 'olgas')),
  '^number,at,kind,order,amount,balance,currency,note\r\n1,[0-9T:Z-]+,sale,OL1,60.00,60.00,USD,\r\n'
    '2,[0-9T:Z-]+,commission,OL1,-6.00,54.00,USD,\r\n3,[0-9T:Z-]+,correction,,-2.50,51.50,USD,'
    'A label that you used.\r\n$',
  'a statement can be taken along as CSV'
);
select is(
  pg_temp.attempt('staff', 'select * from public.store_statement({olgas})'), 'PT403 store_role_required',
  'staff does not read the books'
);
select is(
  pg_temp.attempt('owner', 'select * from public.store_statement({olgas}, ''2026-02-02'', ''2026-02-01'')'),
  'PT422 invalid_period', 'a statement ends after it begins'
);
select is(
  pg_temp.attempt('owner', 'select public.correct_ledger(gen_random_uuid(), {olgas}, ''USD'', 250, ''Please.'')'),
  'PT403 platform_admin_required', 'nobody corrects their own account'
);
select is(
  pg_temp.attempt('admin', 'select public.correct_ledger(gen_random_uuid(), {olgas}, ''USD'', 250, '''')'),
  'PT422 invalid_reason', 'a correction says why'
);
select pg_temp.fee('sale', 100);
select pg_temp.name_value('ours', (
  select sum(ledger_entries.amount)::text from private.ledger_entries
  join private.ledger_accounts on ledger_accounts.id = account_id where kind = 'provider' and ledger_accounts.currency
    = 'USD'
));
update public.payments set fee_amount = 0 where fee_amount is null and status = 'succeeded';
select pg_temp.refunded('sale olgas', 2000);
select pg_temp.ask('compared', 'service', 'public.compare_provider_balance(''USD'', {ours})');
select is(
  (select count(*)::integer from private.alerts where rule = 'provider_balance_differs'), 0,
  'a refund that has not left yet explains a difference'
);
select pg_temp.ask('compared', 'service', 'public.compare_provider_balance(''USD'', {ours} + 100000)');
select is(
  (select count(*)::integer from private.alerts where rule = 'provider_balance_differs'), 1,
  'operators are alerted when nothing explains where money is'
);
rollback to part;
rollback;
