-- Small pictures of each clip, for whoever looks for a place in it.
ALTER TABLE procedures ADD COLUMN storyboard_url TEXT;
