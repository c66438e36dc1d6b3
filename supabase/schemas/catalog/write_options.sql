create or replace function private.write_options(product public.products, options jsonb) returns integer[]
language plpgsql volatile
set search_path = ''
as $$
declare
  v_places integer[];
begin
  if jsonb_typeof(write_options.options) <> 'array'
    or jsonb_array_length(write_options.options) > 3
    or exists (
      select
      from jsonb_array_elements(write_options.options) as given (option)
      where jsonb_typeof(given.option) <> 'object'
        or private.tidy_line(given.option ->> 'name') is null
        or length(private.tidy_line(given.option ->> 'name')) > 40
        or jsonb_typeof(given.option -> 'values') is distinct from 'array'
        or jsonb_array_length(given.option -> 'values') not between 1 and 50
        or exists (
          select
          from jsonb_array_elements(given.option -> 'values') as choices (choice)
          where jsonb_typeof(choices.choice) <> 'string'
            or private.tidy_line(choices.choice #>> '{}') is null
            or length(private.tidy_line(choices.choice #>> '{}')) > 50
        )
        or (
          select count(distinct private.fold(private.tidy_line(choices.choice)))
          from jsonb_array_elements_text(given.option -> 'values') as choices (choice)
        ) <> jsonb_array_length(given.option -> 'values')
    )
    or (
      select count(distinct private.fold(private.tidy_line(given.option ->> 'name')))
      from jsonb_array_elements(write_options.options) as given (option)
    ) <> jsonb_array_length(write_options.options)
  then
    raise sqlstate 'PT422' using
      message = 'Options are at most three, each with a name of its own and 1 to 50 different values.',
      detail = 'invalid_options',
      hint = '[{"name": "Size", "values": ["S", "M"]}]';
  end if;
  -- The same options in another order: where each stood. An option is the same if it has its name and one of its
  -- values.
  select array_agg(former.position + 1 order by given.position) into v_places
  from jsonb_array_elements(write_options.options) with ordinality as given (option, position)
  left join public.product_options as former
    on former.product_id = write_options.product.id
    and private.fold(former.name) = private.fold(private.tidy_line(given.option ->> 'name'))
    and former.option_values && array(
      select private.tidy_line(choices.choice)
      from jsonb_array_elements_text(given.option -> 'values') as choices (choice)
    )
  having count(former.id) = (
    select count(*) from public.product_options where product_options.product_id = write_options.product.id
  ) and count(former.id) = count(*);
  delete from public.product_options where product_options.product_id = write_options.product.id;
  insert into public.product_options (product_id, store_id, name, option_values, position)
  select
    write_options.product.id,
    write_options.product.store_id,
    private.tidy_line(given.option ->> 'name'),
    array(
      select private.tidy_line(choices.choice)
      from jsonb_array_elements_text(given.option -> 'values') with ordinality as choices (choice, position)
      order by choices.position
    ),
    given.position - 1
  from jsonb_array_elements(write_options.options) with ordinality as given (option, position);
  return v_places;
end;
$$;
comment on function private.write_options(public.products, jsonb) is
  'Replaces the options of a product. If they are the former ones in another order, returns the place (from 1) '
  'that each had; else null. Errors: invalid_options.';
