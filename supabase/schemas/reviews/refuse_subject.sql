create or replace function private.refuse_subject(subject_type text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  case refuse_subject.subject_type
    when 'product' then
      raise sqlstate 'PT404' using
        message = 'That product does not exist.', detail = 'product_not_found';
    when 'store' then
      raise sqlstate 'PT404' using
        message = 'That store does not exist.', detail = 'store_not_found';
    else
      raise sqlstate 'PT404' using
        message = 'That service does not exist.', detail = 'service_not_found';
  end case;
end;
$$;
comment on function private.refuse_subject(text) is
  'Says that what is to be reviewed does not exist. Errors: product_not_found, store_not_found, service_not_found.';
