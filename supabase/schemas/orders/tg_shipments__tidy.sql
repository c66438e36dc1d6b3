create or replace function private.tg_shipments__tidy() returns trigger
language plpgsql volatile
security definer -- tidies whatever the caller's rights are
set search_path = ''
as $$
begin
  new.carrier := private.tidy_line(new.carrier);
  new.tracking_number := private.tidy_line(new.tracking_number);
  new.tracking_url := private.tidy_line(new.tracking_url);
  return new;
end;
$$;
comment on function private.tg_shipments__tidy() is
  'Before a parcel''s tracking is written: takes out what pasting adds; an empty text becomes null.';

create or replace trigger _400_tidy
  before insert or update of carrier, tracking_number, tracking_url on public.shipments
  for each row execute function private.tg_shipments__tidy();
