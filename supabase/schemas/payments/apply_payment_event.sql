-- The provider delivers events at least once and in any order. Each is recorded by its id and applied in the same
-- transaction, so a second delivery finds it done. An event that means nothing to us is recorded, too, and changes
-- nothing.
create or replace function private.apply_payment_event(
  event_id text, event_type text, occurred_at timestamptz, livemode boolean, fact jsonb
) returns jsonb
language plpgsql volatile
security definer -- nobody holds a write grant on what events move
set search_path = ''
as $$
declare
  v_result jsonb := '{"outcome": "ignored"}';
  v_outcome text;
begin
  -- A second delivery of the same event waits here for the first, and then finds it done.
  insert into private.provider_events (id, type, occurred_at, is_live, fact, outcome)
  values (
    apply_payment_event.event_id, apply_payment_event.event_type, apply_payment_event.occurred_at,
    apply_payment_event.livemode, apply_payment_event.fact, 'ignored'
  )
  on conflict (id) do nothing;
  if not found then
    return jsonb_build_object('outcome', 'duplicate', 'refund_ids', '[]'::jsonb);
  end if;

  if apply_payment_event.fact is null then
    return v_result || jsonb_build_object('refund_ids', '[]'::jsonb);
  end if;
  if apply_payment_event.livemode <> (select settings.payments_are_live from private.settings) then
    v_result := '{"outcome": "mismatch"}';
  elsif apply_payment_event.fact ->> 'kind' = 'intent' then
    v_result := private.apply_intent(apply_payment_event.fact, apply_payment_event.occurred_at);
  elsif apply_payment_event.fact ->> 'kind' = 'refund' then
    v_result := private.apply_refund_fact(apply_payment_event.fact);
  elsif apply_payment_event.fact ->> 'kind' = 'dispute' then
    v_result := private.apply_dispute(apply_payment_event.fact);
  elsif apply_payment_event.fact ->> 'kind' = 'account' then
    v_result := private.apply_account_fact(apply_payment_event.fact, apply_payment_event.occurred_at);
  elsif apply_payment_event.fact ->> 'kind' = 'transfer' then
    v_result := private.apply_transfer_fact(apply_payment_event.fact);
  elsif apply_payment_event.fact ->> 'kind' = 'payout' then
    v_result := private.apply_payout_fact(apply_payment_event.fact);
  end if;

  v_outcome := v_result ->> 'outcome';
  if v_outcome <> 'ignored' then
    update private.provider_events set outcome = v_outcome where provider_events.id = apply_payment_event.event_id;
  end if;
  if v_outcome = 'mismatch' then
    perform private.raise_alert(
      'payment_mismatch',
      format(
        'Event %s (%s) does not fit our records; nothing was changed.', apply_payment_event.event_id,
        apply_payment_event.event_type
      ),
      apply_payment_event.fact || jsonb_build_object('event_id', apply_payment_event.event_id)
    );
  end if;
  return jsonb_build_object('outcome', v_outcome, 'refund_ids', coalesce(v_result -> 'refund_ids', '[]'));
end;
$$;
comment on function private.apply_payment_event(text, text, timestamptz, boolean, jsonb) is
  'See public.apply_payment_event.';
grant execute on function private.apply_payment_event(text, text, timestamptz, boolean, jsonb) to service_role;

create or replace function public.apply_payment_event(
  event_id text, event_type text, occurred_at timestamptz, livemode boolean, fact jsonb default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$
  select private.apply_payment_event(
    apply_payment_event.event_id, apply_payment_event.event_type, apply_payment_event.occurred_at,
    apply_payment_event.livemode,
    apply_payment_event.fact
  );
$$;
comment on function public.apply_payment_event(text, text, timestamptz, boolean, jsonb) is
  'Service only. Records an event of the payment provider and applies it, once. Returns {outcome: applied | '
  'duplicate | ignored | mismatch, refund_ids}. Errors: payment_not_captured (deliver it again later).';
grant execute on function public.apply_payment_event(text, text, timestamptz, boolean, jsonb) to service_role;
