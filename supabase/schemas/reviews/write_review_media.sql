-- A photo is uploaded first, by its author, and then named. It must be there, in the author's folder among the reviews
-- of the store, and on no other review.
create or replace function private.write_review_media(review public.reviews, media text[]) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_folder text := format('%s/reviews/%s/', review.store_id, review.author_id);
begin
  if cardinality(write_review_media.media) > 5
    or array_position(write_review_media.media, null) is not null
    or array_ndims(write_review_media.media) > 1
    or exists (
      select
      from unnest(write_review_media.media) as photo (path)
      where not starts_with(photo.path, v_folder)
        or length(photo.path) > 300
        or photo.path ~ '(^|/)\.\.?(/|$)'
        or not exists (
          select from storage.objects where objects.bucket_id = 'store-media' and objects.name = photo.path
        )
        or exists (
          select from public.review_media
          where review_media.path = photo.path and review_media.review_id <> review.id
        )
    )
    or (select count(distinct photo.path) <> count(*) from unnest(write_review_media.media) as photo (path))
  then
    raise sqlstate 'PT422' using
      message = 'Up to five photos, each uploaded once for this review.', detail = 'invalid_media',
      hint = format('Upload them to store-media below %s.', v_folder);
  end if;
  delete from public.review_media where review_media.review_id = review.id;
  insert into public.review_media (review_id, path, position, is_visible)
  select review.id, photo.path, photo.position - 1, review.status = 'visible'
  from unnest(write_review_media.media) with ordinality as photo (path, position);
end;
$$;
comment on function private.write_review_media(public.reviews, text[]) is
  'Makes these the photos of a review: paths in store-media. Errors: invalid_media.';
