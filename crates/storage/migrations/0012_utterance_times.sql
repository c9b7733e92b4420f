-- What was said during a procedure is found without reading all that was said in its session.
CREATE INDEX utterance_times ON transcript_utterances (tenant_id, session_id, end_seconds, start_seconds, reliable);
