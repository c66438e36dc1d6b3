create or replace function private.check_line_limit(quantity integer) returns void
language plpgsql stable
security definer -- reads private.settings, which is granted to nobody
set search_path = ''
as $$
declare
  v_limit integer := (select settings.max_line_quantity from private.settings);
begin
  if check_line_limit.quantity > v_limit then
    raise sqlstate 'PT422' using
      message = format('At most %s of one thing.', v_limit),
      detail = 'invalid_quantity',
      hint = format('limit: %s', v_limit);
  end if;
end;
$$;
comment on function private.check_line_limit(integer) is
  'Refuses more of one thing than one order may have. Errors: invalid_quantity.';
