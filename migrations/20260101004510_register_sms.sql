-- One-time codes cost money per text: what one phone can cost within a day is bounded, and a retried request of the Auth
-- service sends no second text.
create table private.sms_messages (
  dedupe_key uuid primary key,
  phone text not null,
  claimed_at timestamptz not null default now(),
  sent_at timestamptz,
  provider_id text,
  constraint sms_messages_phone_check check (private.is_phone(phone))
);
create index sms_messages_phone_idx on private.sms_messages (phone, claimed_at);
alter table private.sms_messages enable row level security;
comment on table private.sms_messages is 'One-time codes sent (not the codes): for the daily cap per phone, and so that a retry sends nothing twice.';

create function private.register_sms(phone text, dedupe_key uuid) returns jsonb
language plpgsql volatile
security definer -- nobody holds a grant on sms_messages
set search_path = ''
as $$
declare
  v_message private.sms_messages;
begin
  if phone is null or not private.is_phone(phone) then
    raise sqlstate 'PT422' using
      message = 'A phone number is written as +, country and number.', detail = 'invalid_phone';
  end if;
  -- Requests for one phone queue here, so the cap is exact.
  perform pg_advisory_xact_lock(hashtextextended('sms ' || phone, 0));
  select * into v_message from private.sms_messages where sms_messages.dedupe_key = register_sms.dedupe_key;
  if v_message.sent_at is not null then
    return jsonb_build_object('outcome', 'sent');
  end if;
  if v_message.claimed_at > now() - interval '5 seconds' then
    return jsonb_build_object('outcome', 'in_flight');
  end if;

  if (
    select count(*) from private.sms_messages
    where sms_messages.phone = register_sms.phone
      and sms_messages.dedupe_key <> register_sms.dedupe_key
      and sms_messages.claimed_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
  ) >= (select settings.sms_per_phone_and_day from private.settings) then
    raise sqlstate 'PT429' using
      message = 'This phone got as many codes as one day allows.', detail = 'sms_limit_reached', hint = 'Try again tomorrow.';
  end if;
  insert into private.sms_messages (dedupe_key, phone)
  values (register_sms.dedupe_key, register_sms.phone)
  on conflict on constraint sms_messages_pkey do update set claimed_at = now();
  return jsonb_build_object('outcome', 'send');
end;
$$;
comment on function private.register_sms(text, uuid) is 'See public.register_sms.';
grant execute on function private.register_sms(text, uuid) to service_role;

create function public.register_sms(phone text, dedupe_key uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.register_sms(register_sms.phone, register_sms.dedupe_key); $$;
comment on function public.register_sms(text, uuid) is
  'Service only. May this code be sent? Returns {outcome}: send (claimed by this call), sent (it went out before), in_flight (another try has it). Errors: invalid_phone, sms_limit_reached.';
grant execute on function public.register_sms(text, uuid) to service_role;

create function private.settle_sms(dedupe_key uuid, provider_id text) returns void
language plpgsql volatile
security definer -- nobody holds a grant on sms_messages
set search_path = ''
as $$
begin
  if provider_id is null then
    -- Not sent: it counts for nothing, and the same key may be tried again.
    delete from private.sms_messages
    where sms_messages.dedupe_key = settle_sms.dedupe_key and sms_messages.sent_at is null;
  else
    update private.sms_messages
    set sent_at = now(), provider_id = settle_sms.provider_id
    where sms_messages.dedupe_key = settle_sms.dedupe_key and sms_messages.sent_at is null;
  end if;
end;
$$;
comment on function private.settle_sms(uuid, text) is 'See public.settle_sms.';
grant execute on function private.settle_sms(uuid, text) to service_role;

create function public.settle_sms(dedupe_key uuid, provider_id text default null) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.settle_sms(settle_sms.dedupe_key, settle_sms.provider_id); $$;
comment on function public.settle_sms(uuid, text) is 'Service only. What became of a claimed code: the provider''s id, or null when it was not sent and may be tried again.';
grant execute on function public.settle_sms(uuid, text) to service_role;
