"""Searching by words: a list of those that occur, and which movie has which.

Few words occur often and most hardly ever, so comparing a query with each word once, by an index of
their trigrams, costs a hundredth of comparing it with the whole text of each movie, and typos are
forgiven just as well (https://www.postgresql.org/docs/current/pgtrgm.html, "Text Search
Integration"). A trigger keeps both, whoever writes movies; the release before needs not know.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

TABLES = """
CREATE TABLE movies_word ("text" text NOT NULL PRIMARY KEY);
CREATE TABLE movies_wordofmovie (
    movie_id bigint NOT NULL REFERENCES movies_movie ON DELETE CASCADE,
    word text NOT NULL,
    PRIMARY KEY (movie_id, word)
);
"""
INDEXES = """
CREATE INDEX word_by_likeness ON movies_word USING gin ("text" gin_trgm_ops)
    WITH (fastupdate = off);  -- words are read far more often than added
CREATE INDEX movie_by_word ON movies_wordofmovie (word, movie_id);
"""
# In alphabetical order, so that two who add the same new words do not wait for each other in turn.
WORDS = """
CREATE FUNCTION folded_words(value text, more text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ARRAY(
    SELECT DISTINCT word
    FROM regexp_split_to_table(folded(value, more), '[^[:alnum:]]+') AS word
    WHERE word <> '' ORDER BY word
);

CREATE FUNCTION keep_words_of_movie() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    words text[] := folded_words(NEW.title, NEW."cast");
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM movies_wordofmovie WHERE movie_id = NEW.id;
    END IF;
    INSERT INTO movies_word SELECT unnest(words) ON CONFLICT DO NOTHING;
    INSERT INTO movies_wordofmovie SELECT NEW.id, unnest(words);
    RETURN NULL;
END $$;

CREATE TRIGGER keep_words AFTER INSERT OR UPDATE OF title, "cast" ON movies_movie
FOR EACH ROW EXECUTE FUNCTION keep_words_of_movie();
"""
FILL = """
INSERT INTO movies_wordofmovie SELECT id, unnest(folded_words(title, "cast")) FROM movies_movie;
INSERT INTO movies_word SELECT DISTINCT word FROM movies_wordofmovie;
"""
# A movie resembles a query by the share of the query's trigrams that it has in words like those of
# the query: 0.4 of one word, which is its word similarity, and half of several. Rare words come
# first: common ones that are less than that share cannot make a movie resemble the query, so "the",
# which a third of all titles have, is only looked for in movies that have the other words, and only
# as it stands. The longest eight words count, and of one letter only the same.
ALIKE = """
CREATE FUNCTION movies_alike(query text) RETURNS TABLE (movie_id bigint, likeness integer)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
WITH words AS (
    SELECT word, length(word) + 1 AS weight
    FROM unnest((SELECT folded_words(query, '{}'))) AS word ORDER BY weight DESC, word LIMIT 8
), asked AS MATERIALIZED (
    SELECT word, weight, weight / sum(weight::float8) OVER () AS share, least, movies < 100
        OR sum(weight) OVER (ORDER BY movies DESC, weight, word) >= least * sum(weight) OVER ()
        AS is_needed
    FROM words,
        LATERAL (
            SELECT count(*) AS movies
            FROM (SELECT FROM movies_wordofmovie WHERE word = words.word LIMIT 300) first_ones
        ) having_it,
        (SELECT CASE count(*) WHEN 1 THEN 0.4 ELSE 0.5 END AS least FROM words) bound
), alike AS MATERIALIZED (
    SELECT asked.word AS asked, known."text" AS word,
           share * word_similarity(asked.word, known."text") AS points
    FROM asked JOIN movies_word known ON known."text" %> asked.word WHERE is_needed AND weight > 2
    UNION ALL SELECT word, word, share FROM asked WHERE is_needed AND weight = 2
), candidates AS (
    SELECT movie_id, sum(points) AS points
    FROM (
        SELECT movie_id, max(points) AS points
        FROM alike JOIN movies_wordofmovie USING (word) GROUP BY movie_id, asked
    ) each
    GROUP BY movie_id
    HAVING round(1000 * (sum(points)
        + (SELECT coalesce(sum(share), 0) FROM asked WHERE NOT is_needed)))
        >= (SELECT 1000 * min(least) FROM asked)
), found AS MATERIALIZED (
    SELECT movie_id, round(1000 * (points + (
        SELECT coalesce(sum(share), 0)
        FROM asked JOIN movies_wordofmovie known USING (word)
        WHERE NOT is_needed AND known.movie_id = candidates.movie_id
    )))::integer AS likeness
    FROM candidates
)
SELECT movie_id, likeness FROM found
WHERE likeness >= (SELECT 1000 * min(least) FROM asked);
END;
"""
UNDO = """
DROP TRIGGER keep_words ON movies_movie;
DROP FUNCTION movies_alike(text);
DROP FUNCTION keep_words_of_movie();
DROP FUNCTION folded_words(text, text[]);
DROP TABLE movies_wordofmovie;
DROP TABLE movies_word;
"""


class Migration(migrations.Migration):
    dependencies = [("movies", "0001_initial"), ("core", "0001_extensions")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(TABLES + WORDS + FILL + INDEXES + ALIKE, UNDO),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Word",
                    fields=[("text", models.TextField(primary_key=True, serialize=False))],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=False,
                                fields=["text"],
                                name="word_by_likeness",
                                opclasses=["gin_trgm_ops"],
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WordOfMovie",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "movie_id",
                                "word",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "movie",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="movies.movie",
                            ),
                        ),
                        ("word", models.TextField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["word", "movie"], name="movie_by_word")],
                    },
                ),
            ],
        ),
    ]
