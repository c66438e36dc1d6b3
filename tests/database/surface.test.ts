import { readdirSync, readFileSync } from 'node:fs'
import type postgres from 'postgres'
import { beforeAll, describe, expect, test } from 'vitest'
import { mayWriteWholeTable } from '../../supabase/local/index.ts'
import { connectAs, createDatabase } from '../support/index.ts'

// What the API offers, whole, and the rules of form that every object keeps. Whoever exposes something new
// adds it here, where a reviewer reads it; whatever is exposed by accident fails this file.

/** Relations of `public`: who may do what. Columns stand where not the whole table is granted. */
const RELATIONS = `
addresses:
  select authenticated, service_role;
  insert authenticated (city, country_code, is_default, label, line1, line2, phone, postal_code,
    recipient_name, region);
  update authenticated (city, country_code, is_default, label, line1, line2, phone, postal_code,
    recipient_name, region);
  delete authenticated
admin_alerts: select authenticated, service_role
admin_audit: select authenticated, service_role
admin_bookings: select authenticated, service_role
admin_jobs: select authenticated, service_role
admin_message_reports: select authenticated, service_role
admin_moderation: select authenticated, service_role
admin_orders: select authenticated, service_role
admin_products: select authenticated, service_role
admin_refunds: select authenticated, service_role
admin_reviews: select authenticated, service_role
admin_stock: select authenticated, service_role
admin_stores: select authenticated, service_role
audit_log: select authenticated, service_role
away_messages: select anon, authenticated, service_role
back_in_stock_requests:
  select authenticated, service_role;
  insert authenticated (user_id, variant_id);
  delete authenticated
booking_sessions: select authenticated, service_role
bookings: select authenticated, service_role
cart_coupons: select authenticated, service_role
cart_items: select authenticated, service_role; update authenticated (quantity); delete authenticated
carts: select authenticated, service_role
categories: select anon, authenticated, service_role
chat_blocks: select authenticated, service_role
checkouts: select authenticated, service_role
closures:
  select authenticated, service_role;
  insert authenticated (ends_local, note, staff_id, starts_local, store_id);
  update authenticated (ends_local, note, starts_local);
  delete authenticated
commission_rules: select authenticated, service_role
conversations:
  select authenticated (created_at, customer_id, id, last_message_at, last_seq, store_id, subject_id,
    subject_type), service_role
countries: select anon, authenticated, service_role
coupon_redemptions: select authenticated, service_role
coupons:
  select authenticated, service_role;
  insert authenticated (amount, code, currency, ends_at, is_active, is_first_order_only, kind,
    max_discount_amount, min_order_amount, per_customer_limit, percent_bps, starts_at, store_id,
    usage_limit);
  update authenticated (amount, code, ends_at, is_active, is_first_order_only, max_discount_amount,
    min_order_amount, per_customer_limit, percent_bps, starts_at, usage_limit)
currencies: select anon, authenticated, service_role
decision_appeals: select authenticated, service_role
discounts:
  select anon, authenticated, service_role;
  insert authenticated (amount, category_id, ends_at, is_active, is_stackable, kind, name, percent_bps,
    product_id, starts_at, store_id);
  update authenticated (amount, ends_at, is_active, is_stackable, kind, name, percent_bps, starts_at);
  delete authenticated
dispute_evidence: select authenticated, service_role
dispute_shares: select authenticated, service_role
disputes: select authenticated, service_role
documents: select authenticated, service_role
message_reports: select authenticated, service_role
messages: select authenticated, service_role
moderation_decisions: select authenticated, service_role
moderation_items: select authenticated, service_role
notification_kinds: select anon, authenticated, service_role
notification_preferences: select authenticated, service_role
notifications: select authenticated, service_role; update authenticated (read_at); delete authenticated
opening_exceptions: select anon, authenticated, service_role
opening_hours: select anon, authenticated, service_role
order_events: select authenticated, service_role
order_lines: select authenticated, service_role
orders: select authenticated, service_role
payments: select authenticated, service_role
payout_accounts: select authenticated, service_role
payouts: select authenticated, service_role
product_media:
  select anon, authenticated, service_role;
  insert authenticated (alt, path, position, product_id, store_id);
  update authenticated (alt, position);
  delete authenticated
product_options: select anon, authenticated, service_role
product_variants: select anon, authenticated, service_role
products: select anon, authenticated, service_role; update authenticated (description, name)
profiles:
  select authenticated, service_role;
  update authenticated (avatar_path, full_name, locale)
push_subscriptions: select authenticated, service_role; delete authenticated
quiet_hours: select authenticated, service_role; delete authenticated
rating_totals: select anon, authenticated, service_role
refund_lines: select authenticated, service_role
refunds: select authenticated, service_role
review_media: select anon, authenticated, service_role
review_replies:
  select anon, authenticated, service_role;
  update authenticated (body);
  delete authenticated
review_reports: select authenticated, service_role
review_votes: select authenticated, service_role
reviews: select anon, authenticated, service_role
saved_replies:
  select authenticated, service_role;
  insert authenticated (body, store_id, title);
  update authenticated (body, title);
  delete authenticated
service_staff: select anon, authenticated, service_role
services: select anon, authenticated, service_role
shipments: select authenticated, service_role; update authenticated (carrier, tracking_number, tracking_url)
shipping_methods:
  select anon, authenticated, service_role;
  insert authenticated (currency, free_over_amount, is_active, kind, name, position, rate_amount,
    store_id);
  update authenticated (currency, free_over_amount, is_active, kind, name, position, rate_amount);
  delete authenticated
staff: select anon, authenticated, service_role
stock_levels: select authenticated, service_role; update authenticated (low_stock_threshold)
stock_moves: select authenticated, service_role
stock_reservations: select authenticated, service_role
store_categories: select anon, authenticated, service_role
store_invitations: select authenticated, service_role; delete authenticated
store_links: select anon, authenticated, service_role
store_members: select authenticated, service_role
stores:
  select anon, authenticated, service_role;
  update authenticated (city, country_code, description, email, is_open, is_tax_inclusive, line1, line2,
    logo_path, name, order_prefix, phone, postal_code, receipt_prefix, region, reminder_hours, tax_number,
    tax_rate_bps, time_zone)
transfer_reversals: select authenticated, service_role
transfers: select authenticated, service_role
waiting_list: select authenticated, service_role
webhook_deliveries: select authenticated, service_role
webhook_endpoints: select authenticated, service_role
webhook_events: select authenticated, service_role
wishlist_items:
  select authenticated, service_role;
  insert authenticated (product_id, user_id);
  delete authenticated
`

/** Functions of `public`, by who may call them. */
const FUNCTIONS = `
anon, authenticated:
  accept_invitation(text)
  accept_offer(uuid)
  add_to_cart(uuid,integer,uuid,text,boolean)
  adjust_stock(uuid,integer,text,text)
  advance_order(uuid,text,text,text,text)
  appeal_decision(uuid,text)
  apply_coupon(text,uuid,text)
  archive_conversation(uuid,boolean)
  assign_conversation(uuid,uuid)
  block_customer(uuid,uuid)
  block_store(uuid)
  book_slot(uuid,timestamp with time zone,text,uuid,integer,text)
  cancel_booking(uuid,text)
  cancel_order(uuid,text)
  change_member_role(uuid,uuid,text)
  checkout(text,text,uuid,jsonb,jsonb,uuid,uuid[],bigint,text)
  claim_cart(text)
  clear_cart(text)
  close_store(uuid)
  complete_booking(uuid)
  confirm_receipt(uuid)
  create_calendar_feed(uuid)
  create_store(text,text,text,text,text,text,text,text,text,text,text,text)
  decide_booking(uuid,boolean,text)
  decide_refund(uuid,boolean,boolean,text)
  delete_message(uuid,integer)
  delete_product(uuid)
  delete_review(uuid)
  edit_message(uuid,integer,text)
  export_products(uuid,uuid)
  get_cart(text)
  get_conversation(uuid)
  get_unsubscribe_link(text)
  import_products(uuid,text,jsonb)
  invite_member(uuid,text,text,text)
  issue_receipt(uuid)
  join_waiting_list(uuid,timestamp with time zone,timestamp with time zone,uuid,integer)
  leave_waiting_list(uuid)
  list_conversations(uuid,boolean,integer,text)
  list_messages(uuid,integer,integer,integer)
  list_notifications(integer,text)
  mark_no_show(uuid)
  mark_notifications_read(uuid)
  mark_read(uuid,integer)
  merge_cart(jsonb,text)
  prepare_payment(uuid)
  prepare_payout_account(uuid)
  prepare_refund(uuid)
  quote_cancellation(uuid)
  quote_cart(jsonb,text)
  record_cash_payment(uuid)
  remove_coupon(text,text)
  remove_from_cart(uuid,text)
  remove_member(uuid,uuid)
  rename_store_link(uuid,text)
  reply_to_review(uuid,text)
  report_message(uuid,integer,text,text)
  report_review(uuid,text,text)
  request_payout(uuid,bigint,text,text)
  request_refund(uuid,jsonb,bigint,text)
  reschedule_booking(uuid,timestamp with time zone,uuid,timestamp with time zone)
  revoke_calendar_feed(uuid)
  save_product(uuid,uuid,text,text,text,text,bigint,bigint,text,integer,jsonb,jsonb,jsonb)
  save_service(uuid,uuid,text,text,text,text[],text,integer,integer,integer,integer,integer,integer,bigint,bigint,integer,integer,integer,date,integer,integer,integer,boolean,uuid[])
  save_staff(uuid,uuid,text,uuid,boolean,integer)
  send_message(uuid,text,uuid,text[])
  set_away_message(uuid,text)
  set_cart_quantity(uuid,integer,text)
  set_notification_preference(text,text,boolean)
  set_opening_exception(uuid,date,jsonb,uuid)
  set_opening_hours(uuid,jsonb,uuid)
  set_product_status(uuid,text,text)
  set_quiet_hours(time without time zone,time without time zone,text)
  set_stock(uuid,integer,integer)
  start_conversation(uuid,text,uuid)
  submit_review(text,uuid,jsonb,text,text[],text)
  subscribe_push(text,text,text)
  transfer_store(uuid,uuid)
  unblock_customer(uuid,uuid)
  unblock_store(uuid)
  unsubscribe(text)
  update_review(uuid,jsonb,text,text[])
  vote_review(uuid,integer)
anon, authenticated, service_role:
  accept_dispute(uuid)
  available_days(uuid,date,date,uuid,integer)
  available_slots(uuid,timestamp with time zone,timestamp with time zone,uuid,integer)
  booking_by_token(text)
  calendar_booking(uuid,text)
  calendar_feed(text)
  cancel_by_token(text,text)
  correct_ledger(uuid,uuid,text,bigint,text)
  create_webhook_endpoint(uuid,text,text[])
  delete_webhook_endpoint(uuid)
  export_statement(uuid,date,date,text,bigint)
  get_image_copies(text[])
  get_product(uuid,text,text)
  get_store_by_link(text)
  get_store_catalog(text,integer,integer,text)
  list_reviews(text,uuid,text,integer,integer,text)
  merge_categories(uuid,uuid)
  moderate_message(uuid,text,text)
  moderate_review(uuid,text,text,text)
  rename_category(uuid,text,uuid)
  replay_webhook_delivery(uuid)
  reschedule_by_token(text,timestamp with time zone,uuid,timestamp with time zone)
  resolve_alert(uuid,text)
  roll_webhook_secret(uuid)
  sales_summary(uuid,date,date)
  search_products(text,uuid,uuid[],text,bigint,bigint,numeric,boolean,boolean,text,text,integer,boolean)
  search_services(text,uuid,uuid,bigint,bigint,timestamp with time zone,timestamp with time zone,integer,text)
  set_commission(text,uuid,integer,bigint,bigint,bigint,text)
  set_store_status(uuid,text,text)
  store_balance(uuid)
  store_statement(uuid,date,date,text,bigint)
  submit_dispute_evidence(uuid,text,text[])
  update_webhook_endpoint(uuid,text,text[],boolean)
service_role:
  apply_payment_event(text,text,timestamp with time zone,boolean,jsonb)
  attach_payment_intent(uuid,integer,text)
  attach_payout_account(uuid,text)
  attach_refund(uuid,text,text,text)
  check_invariants()
  claim_outbox(integer,integer)
  claim_webhooks(integer,integer)
  compare_provider_balance(text,bigint)
  evaluate_alerts()
  list_dispute_answers_to_send(integer)
  list_payments_to_reconcile(integer)
  list_payments_without_fee(integer)
  list_payout_accounts_to_check(integer)
  list_payouts_to_check(integer)
  list_payouts_to_send(integer)
  list_refunds_to_issue(integer)
  list_reversals_to_make(integer)
  list_stale_attachments(integer)
  list_stale_image_copies(integer)
  list_transfers_to_make(integer)
  mark_outbox_failed(uuid,text,boolean)
  mark_outbox_gone(uuid)
  mark_outbox_sent(uuid,text)
  mark_outbox_skipped(uuid,text)
  prepare_payout_for_job(uuid,bigint,bigint)
  prepare_refund_for_job(uuid)
  prepare_reversal_for_job(uuid)
  prepare_transfer_for_job(uuid)
  read_metrics()
  record_dispute_answer(uuid,integer,text,text)
  record_payment_fee(uuid,bigint)
  record_payout(uuid,text,text,text,text)
  record_payout_failure(uuid,text,text)
  record_request(text,text,text,integer,integer)
  record_reversal(uuid,text)
  record_reversal_failure(uuid,text,text)
  record_transfer(uuid,text)
  record_transfer_failure(uuid,text,text)
  register_sms(text,uuid)
  service_health()
  settle_sms(uuid,text)
  settle_webhook(uuid,integer,integer,text,integer)
  suppress_address(text,text,text)
`

/** Functions of `private` that policies, checks and verbs use as the caller, besides those behind a verb of their name. */
const HELPERS = `
alerts_for_operators api_role can_join_topic find_store_by_link finish_reversal fold is_email is_line
is_locale is_operator is_phone is_platform_admin is_prose is_push_endpoint is_web_address
jobs_for_operators latin_letters link_slug money_step my_scopes pinyin queue_for_key refund_facts
require_operator require_store_role require_user saved_product slugify statement_page store_card
store_services tidy_code tidy_line tidy_prose transliterate uuid_v7 variant_prices
`

let sql: postgres.Sql
beforeAll(async () => {
  sql = connectAs(await createDatabase('project'), 'supabase_admin')
})

/** The entries of a list: each begins at the start of a line and goes on where lines are indented. */
function entries(list: string): string[] {
  return list.trim().split(/\n(?=\S)/).map((entry) => entry.replaceAll(/\s+/g, ' '))
}

/** Everything the query finds; a rule is kept when that is nothing. */
async function found(query: string): Promise<string[]> {
  return (await sql.unsafe(query)).map((row) => Object.values(row).join(' '))
}

describe('what the API offers', () => {
  test('the API offers just these tables and views', async () => {
    const offered = await found(`
      with role (name, position) as (values ('anon', 1), ('authenticated', 2), ('service_role', 3)),
      privilege (name, position) as (
        values ('select', 1), ('insert', 2), ('update', 3), ('delete', 4), ('truncate', 5), ('references', 6), ('trigger', 7)
      ),
      relation as (
        select oid, relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
      ),
      granted as (
        select relation.relname, privilege.name as privilege, privilege.position as privilege_position, role.name as role, role.position,
          case when has_table_privilege(role.name, relation.oid, privilege.name) then '' else (
            select ' (' || string_agg(attname, ', ' order by attname) || ')' from pg_attribute
            where attrelid = relation.oid and attnum > 0 and not attisdropped
              and privilege.name in ('select', 'insert', 'update', 'references')
              and has_column_privilege(role.name, relation.oid, attnum, privilege.name)
          ) end as columns
        from relation, role, privilege
      ),
      line as (
        select relname, privilege, privilege_position, string_agg(role || columns, ', ' order by position) as roles
        from granted where columns is not null group by relname, privilege, privilege_position
      )
      select relation.relname || ': ' || coalesce(string_agg(privilege || ' ' || roles, '; ' order by privilege_position), 'nobody')
      from relation left join line on line.relname = relation.relname
      group by relation.relname order by relation.relname`)
    expect(offered).toEqual(entries(RELATIONS))
  })

  test('the API offers just these functions', async () => {
    const offered = await found(`
      with callable as (
        select pg_proc.oid::regprocedure::text as signature, (
          select coalesce(string_agg(role, ', '), 'nobody') from unnest(array['anon', 'authenticated', 'service_role']) as role
          where has_function_privilege(role, pg_proc.oid, 'execute')
        ) as roles
        from pg_proc where pronamespace = 'public'::regnamespace
      )
      select roles || ': ' || string_agg(signature, ' ' order by signature) from callable group by roles order by roles`)
    expect(offered).toEqual(entries(FUNCTIONS))
  })

  test('the API reaches of the machinery only what stands behind a verb, and helpers', async () => {
    const helpers = await found(`
      select distinct private.proname
      from pg_proc as private, unnest(array['anon', 'authenticated', 'service_role']) as role
      where private.pronamespace = 'private'::regnamespace
        and has_function_privilege(role, private.oid, 'execute')
        and not exists (
          select from pg_proc as verb
          where verb.pronamespace = 'public'::regnamespace and verb.proname = private.proname
            and has_function_privilege(role, verb.oid, 'execute')
        )
      order by 1`)
    expect(helpers).toEqual(HELPERS.trim().split(/\s+/))
  })

  test('a visitor writes nothing directly', async () => {
    expect(
      await found(`
        select pg_class.oid::regclass, privilege
        from pg_class, unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as privilege
        where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind in ('r', 'p', 'v', 'm', 'f')
          and (
            has_table_privilege('anon', oid, privilege)
            or (privilege in ('insert', 'update', 'references') and has_any_column_privilege('anon', oid, privilege))
          )`),
    ).toEqual([])
  })

  test('clients never insert or update whole rows, and nobody empties a table', async () => {
    expect(
      await found(`
        select oid::regclass, role, privilege
        from pg_class, unnest(array['anon', 'authenticated', 'service_role']) as role, unnest(array['insert', 'update', 'truncate']) as privilege
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f') and has_table_privilege(role, oid, privilege)`),
    ).toEqual([])
  })

  test('the API offers no table and no sequence of the machinery', async () => {
    expect(
      await found(`
        select oid::regclass, role
        from pg_class, unnest(array['anon', 'authenticated', 'service_role']) as role
        where relnamespace = 'private'::regnamespace and (
          case
            when relkind in ('r', 'p', 'v', 'm', 'f') then
              has_any_column_privilege(role, oid, 'select, insert, update') or has_table_privilege(role, oid, 'delete, truncate')
            when relkind = 'S' then has_sequence_privilege(role, oid, 'usage, select, update')
          end
        )`),
    ).toEqual([])
  })

  test('the API offers nothing that is made later, until it is granted', async () => {
    const seen = await sql.begin(async (transaction) => {
      await transaction`set local role postgres`
      await transaction`create table public.later (id bigint generated always as identity primary key)`
      await transaction`create view public.later_view as select 1 as one`
      await transaction`create function public.later() returns integer language sql as 'select 1'`
      await transaction`create function private.later() returns integer language sql as 'select 1'`
      const [row] = await transaction`
        select
          bool_or(has_table_privilege(role, 'public.later', 'select, insert, update, delete')) as table,
          bool_or(has_table_privilege(role, 'public.later_view', 'select')) as view,
          bool_or(has_sequence_privilege(role, 'public.later_id_seq', 'usage, select')) as sequence,
          bool_or(has_function_privilege(role, 'public.later()', 'execute')) as function,
          bool_or(has_function_privilege(role, 'private.later()', 'execute')) as machinery
        from unnest(array['anon', 'authenticated', 'service_role']) as role`
      await transaction`rollback and chain`
      return row
    })
    expect(seen).toEqual({ table: false, view: false, sequence: false, function: false, machinery: false })
  })

  test('the API offers no place where a client could put an object of its own', async () => {
    expect(
      await found(`
        select nspname, role from pg_namespace, unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) as role
        where nspname !~ '^pg_(temp|toast_temp)' and has_schema_privilege(role, oid, 'create')`),
    ).toEqual([])
  })

  test('every policy of ours stands in policies/, where a reviewer reads it', async () => {
    const written = readdirSync('policies').filter((file) => file.endsWith('.sql'))
      .flatMap((
        file,
      ) => [...readFileSync(`policies/${file}`, 'utf8').matchAll(/^create policy (\w+) on (\S+)/gm)])
      .map(([, name, table]) => `${table} ${name}`)
    const stored = await found(`
      select schemaname || '.' || tablename || ' ' || policyname from pg_policies
      where schemaname in ('public', 'private', 'storage', 'realtime')`)
    expect(stored.toSorted()).toEqual(written.toSorted())
  })

  test('no function changes every row of a table without saying so, which hosted projects refuse', async () => {
    const functions = await sql<{ name: string; source: string }[]>`
      select oid::regprocedure::text as name, prosrc as source from pg_proc
      where pronamespace in ('public'::regnamespace, 'private'::regnamespace) and provolatile = 'v'`
    expect(functions.filter(({ source }) => mayWriteWholeTable(source)).map(({ name }) => name)).toEqual([])
  })

  test('the API offers no GraphQL beside REST', async () => {
    expect(await found(`select nspname from pg_namespace where nspname ~ 'graphql'`)).toEqual([])
  })
})

describe('rules of form', () => {
  const OURS = `('public'::regnamespace, 'private'::regnamespace)`
  /** Where policies of ours stand. */
  const WRITTEN = `('public'::regnamespace, 'storage'::regnamespace, 'realtime'::regnamespace)`

  const rules: [rule: string, offenders: string][] = [
    [
      'no definer function in public',
      `
      select oid::regprocedure from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`,
    ],
    [
      'every function pins an empty search_path',
      `
      select oid::regprocedure from pg_proc
      where pronamespace in ${OURS} and not coalesce(proconfig, '{}') @> array['search_path=""']`,
    ],
    [
      'nothing is executable by everybody',
      `
      select oid::regprocedure from pg_proc
      where pronamespace in ${OURS}
        and (proacl is null or exists (select from aclexplode(proacl) where grantee = 0))`,
    ],
    [
      'row level security on every table, partitions too',
      `
      select oid::regclass from pg_class
      where relnamespace in ${OURS} and relkind in ('r', 'p') and not relrowsecurity`,
    ],
    [
      'policies only where row level security is on',
      `
      select polname from pg_policy join pg_class on pg_class.oid = polrelid where not relrowsecurity`,
    ],
    [
      'a table that clients read has a policy for each of them',
      `
      select pg_class.oid::regclass, role
      from pg_class, unnest(array['anon', 'authenticated']) as role
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and has_any_column_privilege(role, pg_class.oid, 'select')
        and not exists (select from pg_policy where polrelid = pg_class.oid and polcmd = 'r' and role::regrole = any (polroles))`,
    ],
    [
      'a table has at most one policy for a role and a command',
      `
      select polrelid::regclass, polcmd, role::regrole from pg_policy, unnest(polroles) as role
      group by polrelid, polcmd, role having count(*) > 1`,
    ],
    [
      'a policy is named after its table, its command and its roles in the order of the alphabet',
      `
      select polrelid::regclass, polname from pg_policy
      join pg_class on pg_class.oid = polrelid and relnamespace in ${WRITTEN}
      where polname <> concat_ws(
        '_', relname,
        case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' end,
        (select string_agg(role::regrole::text, '_' order by role::regrole::text) from unnest(polroles) as role)
      )`,
    ],
    [
      'no policy for everybody',
      `
      select polrelid::regclass, polname from pg_policy
      join pg_class on pg_class.oid = polrelid and relnamespace in ${WRITTEN}
      where 0 = any (polroles)`,
    ],
    [
      'no policy for all commands at once',
      `
      select polrelid::regclass, polname from pg_policy
      join pg_class on pg_class.oid = polrelid and relnamespace in ${WRITTEN}
      where polcmd = '*'`,
    ],
    [
      'what an update may see and what it may leave behind are both said',
      `
      select polrelid::regclass, polname from pg_policy where polcmd = 'w' and (polqual is null or polwithcheck is null)`,
    ],
    [
      'policies never call what may change while they look',
      `
      select polrelid::regclass, polname, refobjid::regprocedure
      from pg_policy
      join pg_depend on classid = 'pg_policy'::regclass and objid = pg_policy.oid and refclassid = 'pg_proc'::regclass
      join pg_proc on pg_proc.oid = refobjid and provolatile = 'v'`,
    ],
    [
      'policies ask who is calling once, not for every row',
      `
      select polrelid::regclass, polname, call[1]
      from pg_policy,
        unnest(array[pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)]) as condition,
        regexp_matches(condition, '(?<!SELECT |FROM )((?:auth|private|realtime)\\.\\w+)\\(', 'g') as call`,
    ],
    [
      'policies never trust what people write about themselves',
      `
      select polrelid::regclass, polname from pg_policy
      where concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~ 'user_metadata|raw_user_meta_data'`,
    ],
    [
      'views look as their caller',
      `
      select oid::regclass from pg_class
      where relnamespace in ${OURS} and relkind = 'v' and not coalesce(reloptions, '{}') && array['security_invoker=true', 'security_invoker=on']`,
    ],
    [
      'no materialised view and no foreign table in the API',
      `
      select oid::regclass from pg_class where relnamespace = 'public'::regnamespace and relkind in ('m', 'f')`,
    ],
    [
      'every table has a primary key',
      `
      select oid::regclass from pg_class
      where relnamespace in ${OURS} and relkind in ('r', 'p')
        and not exists (select from pg_constraint where conrelid = pg_class.oid and contype = 'p')`,
    ],
    [
      'every foreign key has an index that begins with it',
      `
      select conrelid::regclass, conname from pg_constraint
      where connamespace in ${OURS} and contype = 'f' and conparentid = 0
        and not exists (
          select from pg_index
          where indrelid = conrelid
            and (indkey::smallint[])[0:cardinality(conkey) - 1] @> conkey and conkey @> (indkey::smallint[])[0:cardinality(conkey) - 1]
        )`,
    ],
    [
      'every foreign key says what happens to it when its row is deleted',
      `
      select conrelid::regclass, conname from pg_constraint
      where connamespace in ${OURS} and contype = 'f' and conparentid = 0 and confdeltype = 'a'`,
    ],
    [
      'every constraint has been validated',
      `
      select conrelid::regclass, conname from pg_constraint where connamespace in ${OURS} and not convalidated`,
    ],
    [
      'every table, view and function is explained',
      `
      select oid::regclass::text from pg_class
      where relnamespace in ${OURS} and relkind in ('r', 'p', 'v') and not relispartition and obj_description(oid, 'pg_class') is null
      union all
      select oid::regprocedure::text from pg_proc
      where pronamespace in ${OURS} and obj_description(oid, 'pg_proc') is null`,
    ],
    [
      'every policy is explained',
      `
      select polrelid::regclass, polname from pg_policy
      join pg_class on pg_class.oid = polrelid
      where relnamespace in ${WRITTEN}
        and obj_description(pg_policy.oid, 'pg_policy') is null`,
    ],
    [
      'every table that people write plainly is watched for what no client should be told',
      `
      select relation.oid::regclass, wanted.name from pg_class as relation
      cross join (values ('_900_plain_write'), ('_900_plain_reference')) as wanted (name)
      where relation.relnamespace = 'public'::regnamespace and relation.relkind in ('r', 'p')
        and (
          has_any_column_privilege('authenticated', relation.oid, 'insert, update')
          or has_any_column_privilege('anon', relation.oid, 'insert, update')
        )
        and not exists (select from pg_trigger where tgrelid = relation.oid and tgname = wanted.name)`,
    ],
    [
      'money is whole: no numeric, no float where an amount stands',
      `
      select attrelid::regclass, attname, atttypid::regtype from pg_attribute
      join pg_class on pg_class.oid = attrelid and relkind in ('r', 'p')
      where relnamespace in ${OURS} and attnum > 0 and not attisdropped and attname ~ '(amount|price)$' and atttypid <> 'bigint'::regtype`,
    ],
    [
      'times carry their zone, but for what a clock on the wall shows',
      `
      select attrelid::regclass, attname from pg_attribute
      join pg_class on pg_class.oid = attrelid and relkind in ('r', 'p')
      where relnamespace in ${OURS} and attnum > 0 and not attisdropped and atttypid = 'timestamp'::regtype
        and attname !~ '_local$'`,
    ],
  ]

  test.each(rules)('%s', async (_rule, offenders) => {
    expect(await found(offenders)).toEqual([])
  })

  test('partitions that are made later are closed to clients as well', async () => {
    await sql`select private.create_month_partitions('order_events', 8), private.create_month_partitions('stock_moves', 8)`
    const open = await found(`
      select oid::regclass from pg_class
      where relispartition and relkind in ('r', 'p') and (
        not relrowsecurity and relnamespace in ('public'::regnamespace, 'private'::regnamespace)
        or has_any_column_privilege('anon', oid, 'select') and relnamespace in ('public'::regnamespace, 'private'::regnamespace)
        or has_any_column_privilege('authenticated', oid, 'select') and relnamespace in ('public'::regnamespace, 'private'::regnamespace)
      )`)
    expect(open).toEqual([])
  })
})
