-- What is loaded: only what can count, and only the columns the rules read. `bulk` is what pupils and
-- parents do: four events of five.
create unlogged table logins (teacher_id text, occurred_at timestamp);

-- It lies in two halves, by object, so that each of two processes can group one of them to the end.
create table bulk (half int, event_type text, object_id text, actor_id text, occurred_at timestamp)
partition by list (half);

create unlogged table bulk_0 partition of bulk for values in (0) with (parallel_workers = 0);

create unlogged table bulk_1 partition of bulk for values in (1) with (parallel_workers = 0);

create unlogged table events (
    event_type text, event_id text, actor_id text, object_id text, part text, moment timestamp
);

create unlogged table profiles (
    actor_id text, occurred_at timestamp, event_id text,
    avatar text, email text, phone text, wechat text, school text, class text, subject text
);

-- The newest value that is not null.
create function known(text, text) returns text immutable parallel safe language sql as $$
    select coalesce($2, $1)
$$;

create aggregate last_known (text) (sfunc = known, stype = text, parallel = safe);
