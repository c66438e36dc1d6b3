create or replace function private.parcel_facts(order_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'carrier', shipments.carrier, 'number', shipments.tracking_number, 'url', shipments.tracking_url
    )
    from public.shipments
    where shipments.order_id = parcel_facts.order_id
    order by shipments.id desc
    limit 1
  );
end;
$$;
comment on function private.parcel_facts(uuid) is
  'The parcel of an order that has just been sent: {carrier, number, url}.';
