-- What the provider of mails reports, once or several times. A complaint weighs more than a mail that came back.
create or replace function private.suppress_address(address text, reason text, provider_id text) returns void
language plpgsql volatile
security definer -- nobody holds a grant on these
set search_path = ''
as $$
begin
  insert into private.suppressed_addresses (address_hash, reason, provider_id)
  values (
    private.address_hash(suppress_address.address), suppress_address.reason, left(suppress_address.provider_id, 200)
  )
  on conflict (address_hash) do update
  set reason = excluded.reason, provider_id = excluded.provider_id
  where suppressed_addresses.reason = 'bounced' and excluded.reason = 'complained';
end;
$$;
comment on function private.suppress_address(text, text, text) is 'See public.suppress_address.';
grant execute on function private.suppress_address(text, text, text) to service_role;

create or replace function public.suppress_address(address text, reason text, provider_id text) returns void
language sql volatile security invoker
set search_path = ''
as $$
  select private.suppress_address(suppress_address.address, suppress_address.reason, suppress_address.provider_id);
$$;
comment on function public.suppress_address(text, text, text) is
  'Service only. From now on this e-mail address gets nothing but what is transactional. reason: bounced or '
  'complained; provider_id: the mail that it happened to. Repeating it changes nothing.';
grant execute on function public.suppress_address(text, text, text) to service_role;
