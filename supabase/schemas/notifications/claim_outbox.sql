-- Several workers may drain the outbox at the same time, and any of them may die. A row that is handed out is
-- leased for a while: nobody else gets it, and it comes back by itself when its worker never reports. The address
-- is looked up now, when the message is sent, because people change theirs.
create or replace function private.claim_outbox(max_rows integer, lease_seconds integer)
returns table (
  id uuid, template text, channel text, recipient text, reply_to text, locale text, data jsonb, attempt integer
)
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
declare
  v_most_texts integer := (select settings.order_texts_per_phone_and_day from private.settings);
begin
  return query
  with due as (
    select outbox.id
    from private.outbox
    where outbox.status = 'pending'
      and outbox.run_at <= now()
      and (outbox.leased_until is null or outbox.leased_until <= now())
    order by outbox.run_at, outbox.id
    limit least(greatest(claim_outbox.max_rows, 1), 200)
    for update skip locked
  ),
  addressed as (
    select
      due.id,
      case
        when outbox.recipient is not null then outbox.recipient
        when outbox.user_id is not null then profiles.email
        else coalesce(stores.email, owners.email)
      end as email,
      case when outbox.recipient is null then coalesce(profiles.phone, owners.phone) end as phone,
      coalesce(profiles.locale, owners.locale, 'en') as locale
    from due
    join private.outbox on outbox.id = due.id
    left join public.profiles on profiles.id = outbox.user_id
    left join public.stores on stores.id = outbox.store_id and outbox.user_id is null
    left join public.profiles as owners on owners.id = stores.owner_id
  ),
  routed as (
    select
      addressed.*,
      case when addressed.email is null and addressed.phone is not null then 'sms' else 'email' end as channel,
      case
        when addressed.email is not null then addressed.email
        -- Texts cost money: one phone gets only so many within a day.
        when v_most_texts >= row_number() over (
          partition by addressed.email is null, addressed.phone order by addressed.id
        ) + (
          select count(*) from private.outbox as others
          where others.channel = 'sms'
            and others.reached = addressed.phone
            and others.status <> 'skipped'
            and others.created_at > now() - interval '1 day'
            and others.id <> addressed.id
        ) then addressed.phone
      end as recipient
    from addressed
  ),
  claimed as (
    update private.outbox
    set leased_until = now() + make_interval(secs => least(greatest(claim_outbox.lease_seconds, 1), 3600)),
      channel = routed.channel,
      reached = routed.recipient
    from routed
    where outbox.id = routed.id
    returning outbox.*
  )
  select
    claimed.id,
    claimed.template,
    claimed.channel,
    claimed.reached,
    case when claimed.user_id is not null then content.data -> 'store' ->> 'contact_email' end,
    routed.locale,
    content.data,
    claimed.attempts + 1
  from claimed
  join routed on routed.id = claimed.id
  cross join lateral (
    select private.outbox_data(claimed.template, claimed.payload, claimed.store_id) as data
  ) as content
  order by claimed.run_at, claimed.id;
end;
$$;
comment on function private.claim_outbox(integer, integer) is 'See public.claim_outbox.';
grant execute on function private.claim_outbox(integer, integer) to service_role;

create or replace function public.claim_outbox(max_rows integer default 20, lease_seconds integer default 60)
returns table (
  id uuid, template text, channel text, recipient text, reply_to text, locale text, data jsonb, attempt integer
)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.claim_outbox(claim_outbox.max_rows, claim_outbox.lease_seconds); $$;
comment on function public.claim_outbox(integer, integer) is
  'Service only. Takes due messages, oldest first, for lease_seconds; a worker that dies gives them back by itself. '
  'channel: email, or sms to people who have no address. recipient null: nobody to write to.';
grant execute on function public.claim_outbox(integer, integer) to service_role;
