/**
 * The numeric replies: name, code and the text that ends each.
 *
 * A text of `undefined` means that the reply's last parameter is said by whoever sends it.
 *
 * Source: Modern IRC Client Protocol, "Numerics"; IRCv3 `monitor`, `sasl-3.1`; ircv3 `bot-mode`;
 * WHOX as the InspIRCd and UnrealIRCd documentation has it.
 * @module
 */

/** A numeric's code and its closing text. */
export type Numeric = readonly [code: string, text: string | undefined];

/** Every numeric by its name. */
export const NUMERICS = {
  RPL_WELCOME: ["001", undefined],
  RPL_YOURHOST: ["002", undefined],
  RPL_CREATED: ["003", undefined],
  RPL_MYINFO: ["004", undefined],
  RPL_ISUPPORT: ["005", "are supported by this server"],
  RPL_UMODEIS: ["221", undefined],
  RPL_LUSERCLIENT: ["251", undefined],
  RPL_LUSEROP: ["252", "operator(s) online"],
  RPL_LUSERUNKNOWN: ["253", "unknown connection(s)"],
  RPL_LUSERCHANNELS: ["254", "channels formed"],
  RPL_LUSERME: ["255", undefined],
  RPL_LOCALUSERS: ["265", undefined],
  RPL_GLOBALUSERS: ["266", undefined],
  RPL_TRYAGAIN: ["263", "Please wait a while and try again."],
  RPL_AWAY: ["301", undefined],
  RPL_WHOISREGNICK: ["307", "has identified for this nick"],
  RPL_WHOISUSER: ["311", undefined],
  RPL_WHOISSERVER: ["312", undefined],
  RPL_WHOISOPERATOR: ["313", "is an operator of this server"],
  RPL_ENDOFWHO: ["315", "End of WHO list"],
  RPL_WHOISIDLE: ["317", "seconds idle, signon time"],
  RPL_ENDOFWHOIS: ["318", "End of WHOIS list"],
  RPL_WHOISCHANNELS: ["319", undefined],
  RPL_BANLIST: ["367", undefined],
  RPL_ENDOFBANLIST: ["368", "End of channel ban list"],
  RPL_LISTSTART: ["321", "Users  Name"],
  RPL_LIST: ["322", undefined],
  RPL_LISTEND: ["323", "End of LIST"],
  RPL_CHANNELMODEIS: ["324", undefined],
  RPL_CREATIONTIME: ["329", undefined],
  RPL_NOTOPIC: ["331", "No topic is set"],
  RPL_TOPIC: ["332", undefined],
  RPL_TOPICWHOTIME: ["333", undefined],
  RPL_WHOREPLY: ["352", undefined],
  RPL_NAMREPLY: ["353", undefined],
  RPL_ENDOFNAMES: ["366", "End of NAMES list"],
  RPL_MOTD: ["372", undefined],
  RPL_MOTDSTART: ["375", undefined],
  RPL_ENDOFMOTD: ["376", "End of MOTD"],
  ERR_UNKNOWNERROR: ["400", undefined],
  ERR_NOSUCHNICK: ["401", "No such nick/channel"],
  ERR_NOSUCHCHANNEL: ["403", "No such channel"],
  ERR_CANNOTSENDTOCHAN: ["404", "Cannot send to channel"],
  ERR_TOOMANYCHANNELS: ["405", "You have joined too many channels"],
  ERR_TOOMANYTARGETS: ["407", "Too many targets"],
  ERR_NOORIGIN: ["409", "No origin specified"],
  ERR_INVALIDCAPCMD: ["410", "Invalid CAP command"],
  ERR_NORECIPIENT: ["411", undefined],
  ERR_NOTEXTTOSEND: ["412", "No text to send"],
  ERR_INPUTTOOLONG: ["417", "Input line was too long"],
  ERR_UNKNOWNCOMMAND: ["421", "Unknown command"],
  ERR_NOMOTD: ["422", "MOTD File is missing"],
  ERR_NONICKNAMEGIVEN: ["431", "No nickname given"],
  ERR_ERRONEUSNICKNAME: ["432", undefined],
  ERR_NICKNAMEINUSE: ["433", undefined],
  ERR_USERNOTINCHANNEL: ["441", "They aren't on that channel"],
  ERR_NOTONCHANNEL: ["442", "You're not on that channel"],
  ERR_NOTREGISTERED: ["451", "You have not registered"],
  ERR_NEEDMOREPARAMS: ["461", "Not enough parameters"],
  ERR_ALREADYREGISTERED: ["462", "You may not reregister"],
  ERR_PASSWDMISMATCH: ["464", "Password incorrect"],
  ERR_CHANNELISFULL: ["471", "Cannot join channel (+l)"],
  ERR_UNKNOWNMODE: ["472", "is unknown mode char to me"],
  ERR_INVITEONLYCHAN: ["473", "Cannot join channel (+i)"],
  ERR_BANNEDFROMCHAN: ["474", "Cannot join channel (+b)"],
  ERR_BADCHANNELKEY: ["475", "Cannot join channel (+k)"],
  ERR_BADCHANMASK: ["476", undefined],
  ERR_NOPRIVILEGES: ["481", "Permission Denied- You're not an IRC operator"],
  ERR_CHANOPRIVSNEEDED: ["482", "You're not channel operator"],
  ERR_UMODEUNKNOWNFLAG: ["501", "Unknown MODE flag"],
  ERR_USERSDONTMATCH: ["502", "Cant change mode for other users"],
} as const satisfies Readonly<Record<string, Numeric>>;

/** The name of a numeric, such as `RPL_TOPIC`. */
export type NumericName = keyof typeof NUMERICS;
