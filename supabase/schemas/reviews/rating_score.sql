-- One product with a single five would come before one with five hundred reviews at 4.8. So every product is reckoned
-- with some reviews of an ordinary marketplace on top of its own: the fewer it has, the more these weigh.
create or replace function private.rating_score(rating_count integer, rating_sum bigint) returns numeric
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select round(
      (settings.rating_prior_count * settings.rating_prior_average + rating_score.rating_sum)
        / nullif(settings.rating_prior_count + rating_score.rating_count, 0),
      4
    )
    from private.settings
  );
end;
$$;
comment on function private.rating_score(integer, bigint) is
  'What "rating" sorts by, with four decimals: (C m + sum) / (C + count), with C = settings.rating_prior_count and '
  'm = settings.rating_prior_average.';
