create or replace function private.store_services(store_id uuid) returns jsonb
language plpgsql stable
security definer -- reads past RLS; shows what is offered by a store the caller may see
set search_path = ''
as $$
declare
  v_service_ids uuid[];
begin
  select array_agg(offered.id order by offered.id) into v_service_ids
  from (
    select services.id
    from public.services
    where services.store_id = store_services.store_id and services.status = 'active'
    order by services.id
    limit 100
  ) as offered;
  return (
    select coalesce(jsonb_agg(cards.card order by cards.service_id), '[]')
    from private.service_cards(v_service_ids) as cards
  );
end;
$$;
comment on function private.store_services(uuid) is
  'The appointments that a store offers, the oldest first, up to 100.';
grant execute on function private.store_services(uuid) to anon, authenticated, service_role;
