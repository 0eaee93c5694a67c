import GRDB

/// The tables, and how older files become today's.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: engines, streams, event log, decisions") { database in
            try database.execute(
                sql: """
                    CREATE TABLE engines (
                        engine_key TEXT PRIMARY KEY, container_id TEXT NOT NULL, container_name TEXT NOT NULL,
                        host TEXT NOT NULL, port INTEGER NOT NULL, labels TEXT NOT NULL, first_seen INTEGER NOT NULL,
                        last_seen INTEGER NOT NULL, last_stream_usage INTEGER);
                    CREATE TABLE streams (
                        id TEXT PRIMARY KEY, engine_key TEXT NOT NULL, is_attached INTEGER NOT NULL,
                        key_type TEXT NOT NULL, key TEXT NOT NULL, playback_session_id TEXT NOT NULL,
                        stat_url TEXT NOT NULL, command_url TEXT NOT NULL, is_live INTEGER NOT NULL,
                        started_at INTEGER NOT NULL, ended_at INTEGER, end_reason TEXT, status TEXT NOT NULL);
                    CREATE INDEX streams_status ON streams (status, ended_at);
                    CREATE TABLE event_log (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER NOT NULL, event_type TEXT NOT NULL,
                        category TEXT NOT NULL, message TEXT NOT NULL, details TEXT NOT NULL, container_id TEXT,
                        stream_id TEXT);
                    CREATE INDEX event_log_timestamp ON event_log (timestamp);
                    CREATE INDEX event_log_type ON event_log (event_type, id);
                    CREATE TABLE decisions (
                        id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, policy TEXT NOT NULL,
                        desired INTEGER NOT NULL, current INTEGER NOT NULL, free INTEGER NOT NULL,
                        used INTEGER NOT NULL, direction TEXT NOT NULL, reason TEXT NOT NULL, inputs TEXT NOT NULL);
                    CREATE TABLE config (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at INTEGER NOT NULL);
                    """)
        }
        migrator.registerMigration("2: the proxy of a stream") { database in
            try database.execute(sql: "ALTER TABLE streams ADD COLUMN proxy_instance TEXT")
        }
        migrator.registerMigration("3: statistics of streams, leadership") { database in
            try database.execute(
                sql: """
                    CREATE TABLE stat_series (
                        id INTEGER PRIMARY KEY, stream_id TEXT NOT NULL UNIQUE, head INTEGER NOT NULL);
                    CREATE TABLE stream_stats (
                        series INTEGER NOT NULL, slot INTEGER NOT NULL, ts INTEGER NOT NULL, peers INTEGER,
                        speed_down INTEGER, speed_up INTEGER, downloaded INTEGER, uploaded INTEGER, status TEXT,
                        PRIMARY KEY (series, slot)) WITHOUT ROWID;
                    CREATE TRIGGER stream_stats_end AFTER DELETE ON streams BEGIN
                        DELETE FROM stream_stats
                            WHERE series = (SELECT id FROM stat_series WHERE stream_id = old.id);
                        DELETE FROM stat_series WHERE stream_id = old.id;
                    END;
                    CREATE TABLE leadership (
                        id INTEGER PRIMARY KEY CHECK (id = 1), token INTEGER NOT NULL, holder TEXT NOT NULL,
                        lease_ms INTEGER NOT NULL, renewals INTEGER NOT NULL, expires_at INTEGER NOT NULL);
                    """)
        }
        return migrator
    }
}
