-- Places of roads and crossings, before they are worked out anew.
DELETE FROM place WHERE kind = 'road';
