-- The second half of register_sms: a code that did not go out must neither count nor keep the next try from being
-- sent.
create or replace function private.settle_sms(dedupe_key uuid, provider_id text) returns void
language plpgsql volatile
security definer -- nobody holds a grant on sms_messages
set search_path = ''
as $$
begin
  if settle_sms.provider_id is null then
    -- A code that was not sent does not count, and may be tried again under the same key.
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

create or replace function public.settle_sms(dedupe_key uuid, provider_id text default null) returns void
language sql volatile security invoker
set search_path = ''
as $$ select private.settle_sms(settle_sms.dedupe_key, settle_sms.provider_id); $$;
comment on function public.settle_sms(uuid, text) is
  'Service only. What became of a claimed code: the provider''s id, or null when it was not sent and may be tried '
  'again.';
grant execute on function public.settle_sms(uuid, text) to service_role;
