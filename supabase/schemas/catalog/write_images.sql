create or replace function private.write_images(product public.products, images jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if jsonb_typeof(write_images.images) <> 'array'
    or jsonb_array_length(write_images.images) > 20
    or exists (
      select
      from jsonb_array_elements(write_images.images) as given (image)
      cross join lateral (
        select case jsonb_typeof(given.image)
          when 'string' then given.image #>> '{}'
          when 'object' then given.image ->> 'path'
        end as path
      ) as image
      where image.path is null
        or not starts_with(image.path, write_images.product.store_id::text || '/')
        or image.path ~ '(^|/)\.\.?(/|$)'
        or length(image.path) > 300
        or (jsonb_typeof(given.image) = 'object' and length(given.image ->> 'alt') > 200)
    )
  then
    raise sqlstate 'PT422' using
      message = 'Images are at most twenty paths below the store''s own folder.', detail = 'invalid_image',
      hint = 'Upload to the bucket store-media, path <store_id>/…, and give that path.';
  end if;
  -- Somebody may put one of these pictures there at this instant, by a plain write.
  perform private.queue_for_key('public.product_media'::regclass, write_images.product.id::text);
  delete from public.product_media where product_media.product_id = write_images.product.id;
  insert into public.product_media (product_id, store_id, path, alt, position)
  select
    write_images.product.id,
    write_images.product.store_id,
    case jsonb_typeof(given.image) when 'string' then given.image #>> '{}' else given.image ->> 'path' end,
    case
      when jsonb_typeof(given.image) = 'object' then coalesce(private.tidy_line(given.image ->> 'alt'), '')
      else ''
    end,
    given.position - 1
  from jsonb_array_elements(write_images.images) with ordinality as given (image, position)
  on conflict on constraint product_media_product_id_path_key do nothing;
end;
$$;
comment on function private.write_images(public.products, jsonb) is
  'Replaces the pictures of a product. Errors: invalid_image.';
