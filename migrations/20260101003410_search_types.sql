-- Search over all stores, or one: words, filters, facet counts, an order, pages by keyset.
--
-- It costs little more at a million products than at a thousand, because no step reads more than some hundred rows:
-- - A random sample of one product in 16 (private.product_sample) says first how large the result is. Small results
--   -- are taken whole: facets are exact, relevance is the text rank of every match.
-- - Of large results the facets are counted on the sample and scaled up (`is_exact` is false), and relevance means:
--   -- products named so before products that mention it, the best-selling first. The sample also tells where in
--   the order the page will end, and the cheapest way reads it: along the index of the order, where matches are
--   frequent; all matches, where they are few; or else a part of them in which the page lies: the best sellers
--   (products_best_sellers_idx), or some bands of the order, which products_search_idx intersects with the words
--   and filters. All ways give the same page: should a part hold less than it takes, all are asked.
-- Statements are built from fixed pieces (values are always parameters), so that each filter can use its index.

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
-- name. `match_count` estimates all; the bands are those in which a page ends, of all matches and of those named
-- so.
create type private.search_survey as (
  seen integer,
  named integer,
  match_count integer,
  last_band integer,
  last_named_band integer,
  facets jsonb
);

-- Products in the order of a page, one more than it holds if there are more, and their keys. Counts come with a
-- whole result.
create type private.search_page as (ids uuid[], keys text[], match_count integer, facets jsonb);
