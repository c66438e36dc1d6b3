-- Several workers may drain the outbox at the same time, and any of them may die. A row that is handed out is
-- leased for a while: nobody else gets it, and it comes back by itself when its worker never reports.
--
-- What the reader wants is looked at now, when the message is sent, and not when it was queued: people move, switch
-- things off, go to sleep. What is too late or not wanted is skipped here, what falls into quiet hours waits for
-- their end; both only if it is not transactional.
create or replace function private.claim_outbox(max_rows integer, lease_seconds integer, moment timestamptz)
returns table (
  id uuid, template text, channel text, recipient text, reply_to text, locale text, data jsonb, attempt integer,
  unsubscribe_token text
)
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
declare
  v_most_texts integer := (select settings.order_texts_per_phone_and_day from private.settings);
  v_due uuid[];
begin
  -- Goes on while all that is due turns out not to be sent, but not for ever.
  for v_round in 1 .. 50 loop
    v_due := array(
      select outbox.id
      from private.outbox
      where outbox.status = 'pending'
        and outbox.run_at <= claim_outbox.moment
        and (outbox.leased_until is null or outbox.leased_until <= claim_outbox.moment)
      order by outbox.run_at, outbox.id
      limit least(greatest(claim_outbox.max_rows, 1), 200)
      for update skip locked
    );
    exit when v_due = '{}';
    return query
    with addressed as (
      select
        outbox.id,
        outbox.channel = 'push' as is_pushed,
        case
          when outbox.recipient is not null then outbox.recipient
          when outbox.user_id is not null then profiles.email
          else coalesce(stores.email, owners.email)
        end as email,
        case when outbox.recipient is null then coalesce(profiles.phone, owners.phone) end as phone,
        push_subscriptions.endpoint,
        coalesce(profiles.locale, owners.locale, 'en') as locale,
        -- What is written to a store is its owner's to switch off.
        case when outbox.recipient is null then coalesce(outbox.user_id, stores.owner_id) end as reader_id
      from private.outbox
      left join public.profiles on profiles.id = outbox.user_id
      left join public.stores on stores.id = outbox.store_id and outbox.user_id is null
      left join public.profiles as owners on owners.id = stores.owner_id
      left join public.push_subscriptions
        on push_subscriptions.id = outbox.push_subscription_id and push_subscriptions.user_id = outbox.user_id
      where outbox.id = any (v_due)
    ),
    routed as (
      select
        addressed.*,
        case
          when addressed.is_pushed then 'push'
          when addressed.email is null and addressed.phone is not null then 'sms'
          else 'email'
        end as channel,
        case
          when addressed.is_pushed then addressed.endpoint
          when addressed.email is not null then addressed.email
          -- Texts cost money: one phone gets only so many within a day.
          when v_most_texts >= row_number() over (
            partition by addressed.is_pushed or addressed.email is not null, addressed.phone order by addressed.id
          ) + (
            select count(*) from private.outbox as others
            where others.channel = 'sms'
              and others.reached = addressed.phone
              and others.status <> 'skipped'
              and others.created_at > claim_outbox.moment - interval '1 day'
              and others.id <> addressed.id
          ) then addressed.phone
        end as recipient
      from addressed
    ),
    judged as (
      select
        routed.*,
        not notification_kinds.is_transactional as is_optional,
        case
          when outbox.expires_at <= claim_outbox.moment then 'It came too late to be worth sending.'
          when not private.is_told(
            routed.reader_id, outbox.kind, case routed.channel when 'sms' then 'text' else routed.channel end
          ) then 'Its reader does not want to be told of this in this way.'
          when routed.channel = 'email' and not notification_kinds.is_transactional and exists (
            select from private.suppressed_addresses
            where suppressed_addresses.address_hash = private.address_hash(routed.recipient)
          ) then 'Mails to this address come back, or its owner called one unwanted.'
        end as reason,
        case
          when quiet_hours.user_id is not null and not notification_kinds.is_transactional
            then private.next_allowed(
              claim_outbox.moment, quiet_hours.time_zone, quiet_hours.starts, quiet_hours.ends
            )
          else claim_outbox.moment
        end as allowed_at
      from routed
      join private.outbox on outbox.id = routed.id
      join public.notification_kinds on notification_kinds.kind = outbox.kind
      left join public.quiet_hours on quiet_hours.user_id = routed.reader_id
    ),
    settled as (
      update private.outbox
      set status = case when judged.reason is null then outbox.status else 'skipped' end,
        last_error = coalesce(judged.reason, outbox.last_error),
        run_at = case when judged.allowed_at > claim_outbox.moment then judged.allowed_at else outbox.run_at end,
        leased_until = case
          when judged.reason is null and judged.allowed_at = claim_outbox.moment
            then claim_outbox.moment + make_interval(secs => least(greatest(claim_outbox.lease_seconds, 1), 3600))
        end,
        channel = judged.channel,
        reached = judged.recipient
      from judged
      where outbox.id = judged.id
      returning outbox.*, judged.locale, judged.is_optional, judged.reader_id
    )
    select
      settled.id,
      settled.template,
      settled.channel,
      settled.reached,
      case when settled.user_id is not null then content.data -> 'store' ->> 'contact_email' end,
      settled.locale,
      content.data || case
        when settled.channel = 'push' then (
          select jsonb_build_object('p256dh', push_subscriptions.p256dh, 'auth', push_subscriptions.auth)
          from public.push_subscriptions
          where push_subscriptions.id = settled.push_subscription_id
        )
        else '{}'
      end,
      settled.attempts + 1,
      case
        when settled.is_optional and settled.channel = 'email'
          then private.unsubscribe_token(settled.reader_id, settled.kind)
      end
    from settled
    cross join lateral (
      select private.outbox_data(settled.template, settled.payload, settled.store_id) as data
    ) as content
    where settled.leased_until is not null
    order by settled.run_at, settled.id;
    exit when found;
  end loop;
end;
$$;
comment on function private.claim_outbox(integer, integer, timestamptz) is
  'See public.claim_outbox; `moment` counts as now.';
grant execute on function private.claim_outbox(integer, integer, timestamptz) to service_role;

create or replace function public.claim_outbox(max_rows integer default 20, lease_seconds integer default 60)
returns table (
  id uuid, template text, channel text, recipient text, reply_to text, locale text, data jsonb, attempt integer,
  unsubscribe_token text
)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.claim_outbox(claim_outbox.max_rows, claim_outbox.lease_seconds, now()); $$;
comment on function public.claim_outbox(integer, integer) is
  'Service only. Takes due messages, oldest first, for lease_seconds; a worker that dies gives them back by itself. '
  'channel: email, sms to people who have no address, push to one browser (data then has its keys p256dh and auth). '
  'recipient null: nobody to write to. unsubscribe_token: for the link in an e-mail that is not transactional. '
  'None: nothing is due, or the next call goes on.';
grant execute on function public.claim_outbox(integer, integer) to service_role;
