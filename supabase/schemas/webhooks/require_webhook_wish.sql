-- What an endpoint is made of, checked in one place for whoever makes or changes one.
create or replace function private.require_webhook_wish(url text, events text[]) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if not coalesce(private.is_webhook_url(require_webhook_wish.url), false) then
    raise sqlstate 'PT422' using
      message = 'Events are sent to an https address.', detail = 'invalid_webhook_url',
      hint = 'Such as https://example.com/hooks; no user name in it, no #, at most 2000 characters.';
  end if;
  if not coalesce(
    cardinality(require_webhook_wish.events) > 0
      and array_position(require_webhook_wish.events, null) is null
      and require_webhook_wish.events <@ private.webhook_event_types(),
    false
  ) then
    raise sqlstate 'PT422' using
      message = 'Name at least one event, and only events that there are.', detail = 'invalid_webhook_events',
      hint = 'There are: ' || array_to_string(private.webhook_event_types(), ', ') || '.';
  end if;
end;
$$;
comment on function private.require_webhook_wish(text, text[]) is
  'Refuses an address or a list of events that an endpoint cannot have. '
  'Errors: invalid_webhook_url, invalid_webhook_events.';
