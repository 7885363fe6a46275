"""Where things live and how this site is set up: `zhili.toml`, or the environment variable `ZHILI_<KEY>` for any key."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

ROOT = Path(__file__).resolve().parent
REFERENCE = ROOT / "data" / "reference"


class Settings(BaseSettings):
    """Every key is optional. The environment wins over the file, the file over the default."""

    model_config = SettingsConfigDict(env_prefix="ZHILI_", toml_file=ROOT / "zhili.toml", extra="forbid")

    home: Path = Field(ROOT / "data", description="folder where this site's data live")
    catalog: str = Field("", description="DuckLake catalog; empty: SQLite in home; or 'postgres:dbname=… host=…'")
    files: str = Field("", description="folder or S3 prefix of the lake's Parquet files; empty: in home")
    sources: Path = Field(REFERENCE / "sources", description="folder of the source profiles")
    host: str = Field("127.0.0.1", description="address the web process listens on")
    port: int = Field(8050, ge=1, le=65535, description="port the web process listens on")
    web_threads: int = Field(8, ge=1, description="threads of the web process")
    answer_ahead: bool = Field(
        True, description="whether what is likely to be asked next is answered while nobody asks"
    )
    question_seconds: float = Field(30.0, gt=0, description="a page's question that takes longer is stopped")
    question_memory: str = Field("2GB", description="memory DuckDB may use for the questions of one web process")
    poll_seconds: float = Field(5.0, gt=0, description="how often the clock process looks into the inbox")
    mask_personal_data: bool = Field(True, description="mask phone numbers, ID numbers and names on the way in")
    load_memory: str = Field("1GB", description="memory DuckDB may use while loading")
    expire_snapshots_days: int = Field(0, ge=0, description="forget snapshots older than this; 0 keeps all")
    max_unpacked_gb: float = Field(20.0, gt=0, description="largest unpacked size of one compressed export")
    demo_when_empty: bool = Field(True, description="whether `make run` makes the demo district if nothing is loaded")
    operations: str = Field("", description="database of what people keep; empty: SQLite in home; or 'postgresql://…'")
    exports_at_once: int = Field(2, ge=1, description="how many files of rows one web process writes at once")
    export_memory: str = Field("1GB", description="memory DuckDB may use for writing files of rows")
    readers_may_undo: bool = Field(False, description="whether anybody at the /data page may undo a load")

    notice_wecom: SecretStr = Field(SecretStr(""), description="webhook address of a WeCom (企业微信) group robot")
    notice_wecom_format: Literal["markdown", "text"] = Field("markdown", description="how WeCom is to show a notice")
    notice_dingtalk: SecretStr = Field(SecretStr(""), description="webhook address of a DingTalk (钉钉) group robot")
    notice_dingtalk_secret: SecretStr = Field(
        SecretStr(""), description="that robot's signing secret (加签), if it has one"
    )
    notice_webhook: SecretStr = Field(SecretStr(""), description="address that takes notices as plain JSON")
    notice_mail_to: str = Field("", description="mail addresses that get notices, with commas between them")
    notice_mail_from: str = Field("zhili@localhost", description="sender of that mail")
    notice_mail_host: str = Field("127.0.0.1", description="mail server")
    notice_mail_port: int = Field(25, ge=1, le=65535, description="its port")
    notice_mail_security: Literal["none", "starttls", "ssl"] = Field("none", description="how mail is encrypted")
    notice_mail_user: str = Field("", description="user at the mail server, if it asks for one")
    notice_mail_password: SecretStr = Field(SecretStr(""), description="that user's password")
    notice_least_grade: Literal["blue", "yellow", "orange", "red"] = Field(
        "blue", description="warnings below this grade are on the page only"
    )
    notice_tries: int = Field(8, ge=1, le=20, description="how often a notice is tried before it is a dead letter")
    notice_link: str = Field("", description="address of this site as its readers reach it, for the link in notices")

    readers_may_schedule: bool = Field(
        False, description="whether anybody at the page /reports may add, run and take away schedules"
    )
    report_folder: str = Field(
        "", description="folder that scheduled reports may be put into, such as a share; empty: none"
    )
    report_webhook: SecretStr = Field(
        SecretStr(""), description="address that takes scheduled reports as JSON, their files in base64"
    )
    report_sftp: str = Field(
        "", description="where scheduled reports go by SFTP: sftp://user@host:22/folder; empty: nowhere"
    )
    report_sftp_password: SecretStr = Field(SecretStr(""), description="that user's password, if there is no key")
    report_sftp_key: str = Field("", description="file with that user's private key")
    report_sftp_host_key: str = Field(
        "", description="the server's public key as ssh-keyscan prints it, such as 'ssh-ed25519 AAAA…'; needed for SFTP"
    )

    wall_scenes: str = Field("", description="scenes of the wall in their order, with commas between them; empty: all")
    wall_seconds: int = Field(
        0, ge=0, le=600, description="how long each scene of the wall stays; 0: as its file says; else 5 to 600"
    )
    wall_pin: bool = Field(True, description="whether the wall stays where a red warning waits for an answer")
    wall_area: str = Field(
        "", description="code or name of the town in the wall's scene of one town; empty: the latest one"
    )
    map_review_number: str = Field("", description="review number of the map (审图号), shown on every map")
    map_tiles: str = Field(
        "", description="file of map tiles to lie under the grids: .pmtiles or .mbtiles, raster or vector"
    )
    map_tiles_by: str = Field("", description="whom the tiles are from, shown on every map that has them")
    map_tianditu_key: SecretStr = Field(
        SecretStr(""),
        description="server key (服务器端 tk) of Tianditu (天地图); with it its tiles lie under the grids, if there is no file",
    )

    map_tianditu_layer: Literal["vec", "ter", "img"] = Field(
        "vec", description="which: vec (map), ter (terrain), img (from above)"
    )

    @field_validator("wall_seconds")
    @classmethod
    def _long_enough(cls, seconds: int) -> int:
        if 0 < seconds < 5:
            raise ValueError("give 0, or 5 to 600")
        return seconds

    @property
    def inbox(self) -> Path:
        """Folder the clock process watches for new exports."""
        return self.home / "inbox"

    @property
    def work(self) -> Path:
        """Folder for what a running load needs and no later one."""
        return self.home / "work"

    @property
    def reports(self) -> Path:
        """Folder of the files of scheduled reports, kept as long as their schedules say."""
        return self.home / "reports"

    @property
    def exports(self) -> Path:
        """Folder of the files of rows that people take away, each for an hour."""
        return self.home / "exports"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then the TOML file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once; tests call `settings.cache_clear()` after changing the environment.

    A wrong setting ends the process with one line, since nothing can go on without them.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors()[0]
        key = ".".join(str(part) for part in wrong["loc"])
        raise SystemExit(
            f"error: setting {key} (zhili.toml, or ZHILI_{key.upper()}): {wrong['msg']}. See docs/settings.md"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SystemExit(f"error: zhili.toml cannot be read: {error}") from None
