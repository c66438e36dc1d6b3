-- Every text costs money, and sign-in codes are sent to whoever asks. So each code is registered before it goes
-- out: the same code once, and no more for one phone than one day allows, counted under a lock, so that no flood of
-- requests slips through.
create or replace function private.register_sms(phone text, dedupe_key uuid) returns jsonb
language plpgsql volatile
security definer -- nobody holds a grant on sms_messages
set search_path = ''
as $$
declare
  v_message private.sms_messages;
begin
  if register_sms.phone is null or not private.is_phone(register_sms.phone) then
    raise sqlstate 'PT422' using
      message = 'A phone number is written as +, country and number.', detail = 'invalid_phone';
  end if;
  -- Requests for the same phone wait for each other, so that the limit is exact.
  perform pg_advisory_xact_lock(hashtextextended('sms ' || register_sms.phone, 0));
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
      message = 'This phone got as many codes as one day allows.', detail = 'sms_limit_reached',
      hint = 'Try again tomorrow.';
  end if;
  insert into private.sms_messages (dedupe_key, phone)
  values (register_sms.dedupe_key, register_sms.phone)
  on conflict on constraint sms_messages_pkey do update set claimed_at = now();
  return jsonb_build_object('outcome', 'send');
end;
$$;
comment on function private.register_sms(text, uuid) is 'See public.register_sms.';
grant execute on function private.register_sms(text, uuid) to service_role;

create or replace function public.register_sms(phone text, dedupe_key uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select private.register_sms(register_sms.phone, register_sms.dedupe_key); $$;
comment on function public.register_sms(text, uuid) is
  'Service only. May this code be sent? Returns {outcome}: send (claimed by this call), sent (it went out before), '
  'in_flight (another try has it). Errors: invalid_phone, sms_limit_reached.';
grant execute on function public.register_sms(text, uuid) to service_role;
