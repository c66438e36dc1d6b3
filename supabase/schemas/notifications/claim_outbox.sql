create or replace function private.claim_outbox(max_rows integer, lease_seconds integer)
returns table (id uuid, template text, recipient text, reply_to text, locale text, data jsonb, attempt integer)
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
begin
  return query
  with due as (
    select outbox.id
    from private.outbox
    where outbox.status = 'pending'
      and outbox.channel = 'email'
      and outbox.run_at <= now()
      and (outbox.leased_until is null or outbox.leased_until <= now())
    order by outbox.run_at, outbox.id
    limit least(greatest(max_rows, 1), 200)
    for update skip locked
  ),
  claimed as (
    update private.outbox
    set leased_until = now() + make_interval(secs => least(greatest(lease_seconds, 1), 3600))
    from due
    where outbox.id = due.id
    returning outbox.*
  )
  select
    claimed.id,
    claimed.template,
    case
      when claimed.recipient is not null then claimed.recipient
      when claimed.user_id is not null then profiles.email
      else coalesce(stores.email, owners.email)
    end,
    case when claimed.user_id is not null then content.data -> 'store' ->> 'contact_email' end,
    coalesce(profiles.locale, owners.locale, 'en'),
    content.data,
    claimed.attempts + 1
  from claimed
  left join public.profiles on profiles.id = claimed.user_id
  left join public.stores on stores.id = claimed.store_id
  left join public.profiles as owners on owners.id = stores.owner_id
  cross join lateral (select private.outbox_data(claimed.template, claimed.payload, claimed.store_id) as data) as content
  order by claimed.run_at, claimed.id;
end;
$$;
comment on function private.claim_outbox(integer, integer) is 'See public.claim_outbox.';
grant execute on function private.claim_outbox(integer, integer) to service_role;

create or replace function public.claim_outbox(max_rows integer default 20, lease_seconds integer default 60)
returns table (id uuid, template text, recipient text, reply_to text, locale text, data jsonb, attempt integer)
language sql volatile security invoker
set search_path = ''
as $$ select * from private.claim_outbox(claim_outbox.max_rows, claim_outbox.lease_seconds); $$;
comment on function public.claim_outbox(integer, integer) is
  'Service only. Takes due mails, oldest first, for lease_seconds; a worker that dies gives them back by itself. recipient null: nobody to write to.';
grant execute on function public.claim_outbox(integer, integer) to service_role;
