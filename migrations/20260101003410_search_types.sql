-- What the functions of supabase/schemas/search tell each other. How a search works, its README says.

-- What is asked for. Every statement has it as $1.
create type private.search_request as (
  query tsquery,
  store_id uuid,
  category_ids uuid[],
  currency text,
  min_price bigint,
  max_price bigint,
  min_rating numeric,
  in_stock boolean,
  on_discount boolean,
  page_size integer,
  -- The place in the order after which the page begins; null for the first page.
  after_key text,
  after_id uuid
);

-- By what a page is sorted: an expression with its type, how products_search_idx cuts it into bands, and asc or desc.
create type private.search_order as (key text, type text, band text, direction text);

-- What the sample says of a result: `seen` are its matches there, at most 300, `named` those with the words in the
-- name. `match_count` estimates all; the bands are those in which a page ends, of all matches and of those named so.
create type private.search_survey as (
  seen integer,
  named integer,
  match_count integer,
  last_band integer,
  last_named_band integer,
  facets jsonb
);

-- Products in the order of a page, one more than it holds if there are more, and their keys. Counts come with a whole
-- result.
create type private.search_page as (ids uuid[], keys text[], match_count integer, facets jsonb);

-- How to read a page of a large result. `part`: as a condition, the products that are enough for the page; null for
-- all. `bands`: those of the part. `is_walked`: along the index of the order, else by gathering matches; null where
-- one index has just what is asked for.
create type private.search_way as (part text, bands integer[], is_walked boolean);
