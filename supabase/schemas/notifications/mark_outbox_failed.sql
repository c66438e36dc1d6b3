-- A provider that is down must not lose messages: they are tried again after pauses that double, up to an hour. A
-- message that can never be delivered must not be tried for ever: after ten times a person is told.
create or replace function private.mark_outbox_failed(id uuid, error text, permanent boolean, moment timestamptz)
returns void
language plpgsql volatile
security definer -- nobody holds a grant on the outbox
set search_path = ''
as $$
declare
  v_message private.outbox;
begin
  update private.outbox
  set attempts = outbox.attempts + 1,
    leased_until = null,
    last_error = left(mark_outbox_failed.error, 1000),
    status = case when mark_outbox_failed.permanent or outbox.attempts + 1 >= 10 then 'dead' else 'pending' end,
    run_at = mark_outbox_failed.moment
      + least(interval '30 seconds' * power(2, outbox.attempts), interval '1 hour') * (0.75 + random() * 0.5)
  where outbox.id = mark_outbox_failed.id and outbox.status = 'pending'
  returning * into v_message;
  -- An alert that cannot be delivered must not raise another alert, which could not be delivered either.
  if v_message.status = 'dead' and v_message.template <> 'alert' then
    perform private.raise_alert(
      'outbox_dead', format(
        'Message %s (%s) could not be delivered: %s', v_message.id, v_message.template, v_message.last_error
      ),
      jsonb_build_object('outbox_id', v_message.id)
    );
  end if;
end;
$$;
comment on function private.mark_outbox_failed(uuid, text, boolean, timestamptz) is
  'See public.mark_outbox_failed; `moment` counts as now.';
grant execute on function private.mark_outbox_failed(uuid, text, boolean, timestamptz) to service_role;

create or replace function public.mark_outbox_failed(id uuid, error text, permanent boolean default false) returns void
language sql volatile security invoker
set search_path = ''
as $$
  select private.mark_outbox_failed(
    mark_outbox_failed.id, mark_outbox_failed.error, mark_outbox_failed.permanent, now()
  );
$$;
comment on function public.mark_outbox_failed(uuid, text, boolean) is
  'Service only. The message did not go out: tried again after a growing pause, or given up for good (permanent, '
  'or the tenth time) with an alert.';
grant execute on function public.mark_outbox_failed(uuid, text, boolean) to service_role;
