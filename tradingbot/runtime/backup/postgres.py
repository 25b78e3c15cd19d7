"""All tables of PostgreSQL as they were at one instant, by COPY: no pg_dump of the server's version is needed."""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from tradingbot.runtime.backup.archive import BackupError

MEMBER = "tables.copy"
_LENGTH = struct.Struct(">Q")
_NONE_LEFT = 0


def postgres_dump(to: Path) -> None:
    """For each table a line of JSON, its name and columns, and its rows in blocks with their length before them."""
    with _snapshot() as cursor, to.open("wb") as file:
        for table in connection.introspection.table_names():
            columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
            file.write(json.dumps({"table": table, "columns": columns}).encode() + b"\n")
            command = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _names(columns))
            with cursor.cursor.copy(command) as rows:
                for block in rows:
                    file.write(_LENGTH.pack(len(block)))
                    file.write(block)
            file.write(_LENGTH.pack(_NONE_LEFT))


@contextmanager
def _snapshot() -> Iterator[Any]:
    """Everything read in it is of the same instant."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield cursor


def postgres_replace(dump: Path, migrations: list[list[str]]) -> None:
    """Begin with an empty schema of those migrations and fill it; all of it or nothing."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
        # A table with rows whose references are not checked yet cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        executor = MigrationExecutor(connection)
        executor.migrate(_last_ones(executor, {(app, name) for app, name in migrations}))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in connection.introspection.table_names():
            cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))
        with dump.open("rb") as file:
            while head := file.readline():
                _fill(cursor, file, **json.loads(head))
        _sequences_continue(cursor)
        # Checks every reference, and the schema of today is reached in the same transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        today = MigrationExecutor(connection)
        today.migrate(today.loader.graph.leaf_nodes())


def _last_ones(executor: MigrationExecutor, migrations: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of each app. A target that others lead to would be understood as a wish to go back to it."""
    nodes = executor.loader.graph.node_map
    return sorted(
        (app, name)
        for app, name in migrations
        if (app, name) in nodes
        and not any(child.key[0] == app and child.key in migrations for child in nodes[app, name].children)
    )


def postgres_others() -> int:
    """How many other connections use this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def _fill(cursor: Any, file: IO[bytes], table: str, columns: list[str]) -> None:
    if table not in connection.introspection.table_names():
        raise BackupError(f"the backup has a table {table} that its migrations do not make")
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    with cursor.cursor.copy(command) as rows:
        while length := _LENGTH.unpack(file.read(_LENGTH.size))[0]:
            rows.write(file.read(length))


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _sequences_continue(cursor: Any) -> None:
    """What is made next has an id of its own."""
    for table in connection.introspection.table_names():
        for sequence in connection.introspection.get_sequences(cursor, table):
            column = sql.Identifier(sequence["column"])
            cursor.execute(
                sql.SQL("SELECT setval({}, COALESCE((SELECT max({}) FROM {}), 0) + 1, false)").format(
                    sql.Literal(sequence["name"]), column, sql.Identifier(table)
                )
            )
